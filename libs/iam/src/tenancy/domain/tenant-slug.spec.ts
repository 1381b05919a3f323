import { randomBytes } from 'node:crypto';
import type { TenantId } from '#kernel';
import { describe, expect, test } from 'vitest';
import { TenantSlugInvalid, TenantSlugReserved } from './errors.ts';
import { tenantName } from './tenant-name.ts';
import {
  RESERVED_TENANT_SLUGS,
  slugDerivedFrom,
  slugOfConfiguration,
  TENANT_SLUG_MAX_LENGTH,
  TENANT_SLUG_PATTERN,
  tenantSlug,
} from './tenant-slug.ts';

describe('T-2 a chosen slug', () => {
  test.each(['abc', 'acme-2', '1st', 'a--b', 'a'.repeat(TENANT_SLUG_MAX_LENGTH)])('may be %s', (text) => {
    expect(tenantSlug(text)).toBe(text);
  });

  test.each(['', 'ab', '-abc', 'abc-', 'Acme', 'a_b', 'a b', 'abc\n', 'äöü', 'a'.repeat(TENANT_SLUG_MAX_LENGTH + 1)])(
    'may not be %j',
    (text) => {
      expect(() => tenantSlug(text)).toThrow(TenantSlugInvalid);
    },
  );

  test.each(['admin', 'api', 'default', 'tenantry'])('may not be the reserved word %s', (text) => {
    expect(() => tenantSlug(text)).toThrow(TenantSlugReserved);
  });

  test('reserved words could be slugs, or reserving them would say nothing', () => {
    const possible = [...RESERVED_TENANT_SLUGS].filter((word) => TENANT_SLUG_PATTERN.test(word));
    expect(possible).toEqual([...RESERVED_TENANT_SLUGS]);
  });

  test('the operator may use a reserved word, but not another form', () => {
    expect(slugOfConfiguration('default')).toBe('default');
    expect(() => slugOfConfiguration('De fault')).toThrow(TenantSlugInvalid);
  });
});

describe('a derived slug', () => {
  const id = '01M7YHS02Z0QVK6BN0X3NVK42E' as TenantId;

  test.each([
    ['Acme', 'acme-n0x3nvk42e'],
    ['  Café Zürich & Söhne!! ', 'cafe-zurich-sohne-n0x3nvk42e'],
    ['東京', 'tenant-n0x3nvk42e'],
    ['---', 'tenant-n0x3nvk42e'],
    ['admin', 'admin-n0x3nvk42e'],
  ])('of %j is %s', (name, slug) => {
    expect(slugDerivedFrom(tenantName(name), id)).toBe(slug);
  });

  test('T-2 is one of its own for each of many tenants of one name', () => {
    // Each by a process of its own: ids of one generator only count up within a millisecond.
    const random = randomBytes(1_600_000);
    const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
    const ids = Array.from({ length: 100_000 }, (_, nth) =>
      Array.from(random.subarray(nth * 16, nth * 16 + 16), (byte) => digits[byte % 32]).join(''),
    );
    const slugs = ids.map((end) => slugDerivedFrom(tenantName('Meanwhile'), `01M7YHS02Z${end}` as TenantId));
    expect(new Set(slugs).size).toBe(slugs.length);
  });

  test('fits the limit, whatever the name', () => {
    for (const name of ['a'.repeat(255), 'a '.repeat(100), `${'a'.repeat(56)}  b`]) {
      expect(slugDerivedFrom(tenantName(name), id)).toMatch(TENANT_SLUG_PATTERN);
    }
  });
});
