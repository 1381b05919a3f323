import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidCursor, decodeCursor, encodeCursor } from './cursor.ts';

const scope = { list: 'tenant-members', tenantId: '01JD0000000000000000000000', filter: { role: 'admin' } };

describe('H-4 a cursor is a place in one list', () => {
  it('H-4 comes back as it went out', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed() && !text.includes('\0')),
        (position) => {
          expect(decodeCursor(scope, encodeCursor(scope, [position]))).toEqual([position]);
        },
      ),
    );
  });

  it.each([
    ['another list', { ...scope, list: 'users' }],
    ['another tenant', { ...scope, tenantId: '01JD0000000000000000000001' }],
    ['another filter', { ...scope, filter: { role: 'member' } }],
    ['no filter', { list: scope.list, tenantId: scope.tenantId }],
  ])('H-4 is refused by %s', (_what, other) => {
    expect(() => decodeCursor(scope, encodeCursor(other, ['a']))).toThrow(InvalidCursor);
  });

  it('a filter that is left out is no filter', () => {
    const bare = { list: 'users' };
    expect(decodeCursor(bare, encodeCursor({ ...bare, filter: { email: undefined } }, ['a']))).toEqual(['a']);
  });

  it('H-5 whatever is sent is a cursor or refused, never a failure', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.base64String(),
          fc.json().map((text) => Buffer.from(text).toString('base64url')),
        ),
        (sent) => {
          expect(() => decodeCursor(scope, sent)).toThrow(InvalidCursor);
        },
      ),
    );
  });

  it('H-5 another number of parts, NUL or a number is refused', () => {
    const forged = (...parts: unknown[]) => encodeCursor(scope, parts as string[]);
    for (const cursor of [forged(), forged('a', 'b'), forged('a\0'), forged(1), forged(null)]) {
      expect(() => decodeCursor(scope, cursor)).toThrow(InvalidCursor);
    }
  });
});
