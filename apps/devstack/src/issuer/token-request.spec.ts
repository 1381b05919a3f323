import { describe, expect, it } from 'vitest';
import { InvalidTokenRequest, tokenRequest } from './token-request.ts';

describe('a request for a development token', () => {
  it('needs no more than a name', () => {
    expect(tokenRequest({ sub: 'ada' }, 'tenantry')).toEqual({
      sub: 'ada',
      email: 'ada@example.test',
      name: 'Ada',
      emailVerified: true,
      audience: 'tenantry',
      lifetime: 86_400,
    });
  });

  it('takes everything that is said', () => {
    const said = { sub: 'x', email: 'x@y.test', name: 'X Y', email_verified: false, audience: 'other', expires_in: -60 };
    expect(tokenRequest(said, 'tenantry')).toMatchObject({
      email: 'x@y.test',
      name: 'X Y',
      emailVerified: false,
      audience: 'other',
      lifetime: -60,
    });
  });

  it.each([
    ['nothing', undefined],
    ['a list', []],
    ['no sub', {}],
    ['an empty sub', { sub: ' ' }],
    ['a number as sub', { sub: 7 }],
    ['a sub over its limit', { sub: 'x'.repeat(256) }],
    ['a text as email_verified', { sub: 'a', email_verified: 'true' }],
    ['half a second', { sub: 'a', expires_in: 0.5 }],
    ['a member nobody knows', { sub: 'a', role: 'admin' }],
  ])('refuses %s', (_, body) => {
    expect(() => tokenRequest(body, 'tenantry')).toThrow(InvalidTokenRequest);
  });
});
