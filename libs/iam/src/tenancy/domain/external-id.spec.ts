import { expect, test } from 'vitest';
import { ExternalIdInvalid } from './errors.ts';
import { EXTERNAL_ID_MAX_LENGTH, externalId } from './external-id.ts';

test('T-7 an external id is kept as it came', () => {
  expect(externalId(' CRM/42 ')).toBe(' CRM/42 ');
});

test.each(['', 'a'.repeat(EXTERNAL_ID_MAX_LENGTH + 1), 'a\0b', '\ud800'])('T-7 an external id may not be %j', (text) => {
  expect(() => externalId(text)).toThrow(ExternalIdInvalid);
});
