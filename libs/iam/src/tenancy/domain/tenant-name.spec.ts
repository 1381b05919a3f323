import { describe, expect, test } from 'vitest';
import { TenantNameInvalid } from './errors.ts';
import { TENANT_NAME_MAX_LENGTH, tenantName } from './tenant-name.ts';

describe('T-2 the name of a tenant', () => {
  test('is trimmed', () => {
    expect(tenantName('\t Café Zürich ')).toBe('Café Zürich');
  });

  test.each([1, TENANT_NAME_MAX_LENGTH])('may have %i characters, however many bytes they take', (length) => {
    expect([...tenantName('🏛'.repeat(length))]).toHaveLength(length);
  });

  test.each([
    ['nothing', ''],
    ['only blanks', ' \n\u00a0 '],
    ['one character too many', 'a'.repeat(TENANT_NAME_MAX_LENGTH + 1)],
    ['a NUL', 'Ac\0me'],
    ['a line break inside', 'Ac\nme'],
    ['half a surrogate pair', 'Ac\ud83dme'],
  ])('is refused with %s', (_what, text) => {
    expect(() => tenantName(text)).toThrow(TenantNameInvalid);
  });
});
