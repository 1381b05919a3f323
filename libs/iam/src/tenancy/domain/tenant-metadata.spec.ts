import { describe, expect, test } from 'vitest';
import { MetadataInvalid, MetadataTooLarge } from './errors.ts';
import { patched, sameMetadata, TENANT_METADATA_MAX_BYTES, TENANT_METADATA_MAX_DEPTH, tenantMetadata } from './tenant-metadata.ts';

const nested = (depth: number): unknown => (depth === 1 ? {} : { a: nested(depth - 1) });

describe('T-7 metadata', () => {
  test('is an object', () => {
    expect(tenantMetadata({ plan: 'gold', seats: [1, null, { a: true }] })).toEqual({ plan: 'gold', seats: [1, null, { a: true }] });
    for (const value of [null, [], 'text', 4]) expect(() => tenantMetadata(value)).toThrow(MetadataInvalid);
  });

  test('may take exactly as many bytes as its column', () => {
    const room = TENANT_METADATA_MAX_BYTES - '{"a": ""}'.length;
    tenantMetadata({ a: 'x'.repeat(room) });
    expect(() => tenantMetadata({ a: 'x'.repeat(room + 1) })).toThrow(MetadataTooLarge);
    expect(() => tenantMetadata({ a: 'ä'.repeat(room / 2 + 1) })).toThrow(MetadataTooLarge);
  });

  test('counts a number by the digits that PostgreSQL prints', () => {
    expect(() => tenantMetadata({ a: Array.from({ length: 60 }, () => 1e300) })).toThrow(MetadataTooLarge);
    expect(() => tenantMetadata({ a: Array.from({ length: 60 }, () => 5e-324) })).toThrow(MetadataTooLarge);
  });

  test('may be nested, but not without end', () => {
    tenantMetadata(nested(TENANT_METADATA_MAX_DEPTH));
    expect(() => tenantMetadata(nested(TENANT_METADATA_MAX_DEPTH + 1))).toThrow(MetadataInvalid);
    expect(() => patched(tenantMetadata({}), nested(TENANT_METADATA_MAX_DEPTH + 1) as never)).toThrow(MetadataInvalid);
  });

  test.each([{ a: 'x\0y' }, { 'x\0y': 1 }, { a: '\ud83d' }])('may not hold text that no database keeps: %j', (value) => {
    expect(() => tenantMetadata(value)).toThrow(MetadataInvalid);
  });
});

describe('a patch of metadata (RFC 7396)', () => {
  const metadata = tenantMetadata({ plan: 'gold', owner: { name: 'Ada', room: 4 }, tags: ['a', 'b'] });

  test('replaces, adds and removes members, at every level', () => {
    const patch = { plan: 'silver', owner: { room: null, floor: 2 }, tags: ['c'] };
    expect(patched(metadata, patch)).toEqual({ plan: 'silver', owner: { name: 'Ada', floor: 2 }, tags: ['c'] });
  });

  test('null empties it', () => {
    expect(patched(metadata, null)).toEqual({});
  });

  test('treats __proto__ as a member like any other', () => {
    const result = patched(metadata, JSON.parse('{"__proto__": {"admin": true}}') as never);
    expect(Object.hasOwn(result, '__proto__')).toBe(true);
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  test('what says the same is the same, in any order', () => {
    expect(sameMetadata(metadata, tenantMetadata({ tags: ['a', 'b'], owner: { room: 4, name: 'Ada' }, plan: 'gold' }))).toBe(true);
    expect(sameMetadata(metadata, tenantMetadata({ ...metadata, tags: ['b', 'a'] }))).toBe(false);
  });
});
