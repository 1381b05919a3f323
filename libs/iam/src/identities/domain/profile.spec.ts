import { describe, expect, test } from 'vitest';
import { DISPLAY_NAME_MAX_LENGTH, EMAIL_MAX_LENGTH, profileOf } from './profile.ts';

describe('I-2 a profile', () => {
  test('keeps the e-mail in lower case', () => {
    expect(profileOf({ email: ' Ada@Example.ORG ', emailVerified: true, name: ' Ada ' })).toEqual({
      email: 'ada@example.org',
      emailVerified: true,
      displayName: 'Ada',
    });
  });

  test.each([undefined, false, 'true', 1])('holds an e-mail for unverified unless the word is the boolean true: %j', (emailVerified) => {
    expect(profileOf({ email: 'ada@example.org', emailVerified: emailVerified as boolean })).toMatchObject({ emailVerified: false });
  });

  test.each(['', 'ada', 'a@b@c', 'a b@example.org', 'ada@exa\0mple.org', `${'a'.repeat(EMAIL_MAX_LENGTH)}@example.org`])(
    'leaves %j out, and with it the word that it was verified',
    (email) => {
      expect(profileOf({ email, emailVerified: true })).toMatchObject({ email: null, emailVerified: false });
    },
  );

  test('cuts a name that is too long and drops what cannot be printed', () => {
    expect(profileOf({ name: 'A\0d\na' }).displayName).toBe('Ada');
    expect([...(profileOf({ name: '🏛'.repeat(300) }).displayName ?? '')]).toHaveLength(DISPLAY_NAME_MAX_LENGTH);
    expect(profileOf({ name: ' \n ' }).displayName).toBeNull();
  });
});
