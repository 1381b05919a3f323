import { expect, test } from 'vitest';
import { IdentityInvalid } from './errors.ts';
import { identityOf, ISSUER_MAX_LENGTH, SUBJECT_MAX_LENGTH } from './identity.ts';

const issuer = 'https://issuer.test';

test('I-2 an identity is kept letter by letter', () => {
  expect(identityOf({ issuer, subject: 'Ada|4' })).toEqual({ issuer, subject: 'Ada|4' });
});

test.each([
  { issuer, subject: '' },
  { issuer: '', subject: 'ada' },
  { issuer, subject: 'a\0b' },
  { issuer, subject: 'a'.repeat(SUBJECT_MAX_LENGTH + 1) },
  { issuer: `https://${'a'.repeat(ISSUER_MAX_LENGTH)}`, subject: 'ada' },
])('I-2 an identity that cannot be stored is refused', (identity) => {
  expect(() => identityOf(identity)).toThrow(IdentityInvalid);
});
