import { v1 } from '@authzed/authzed-node';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Precondition, RelationshipUpdate } from '../relationship.ts';
import { writeMessage } from './spicedb-messages.ts';
import { generatedBytes, writeBytes } from './write-bytes.ts';

const word = fc.oneof(
  fc.string({ minLength: 0, maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ minLength: 120, maxLength: 140 }),
  fc.string({ minLength: 1_000, maxLength: 1_024 }),
);
const update: fc.Arbitrary<RelationshipUpdate> = fc.record({
  operation: fc.constantFrom('touch', 'delete'),
  relationship: fc
    .record({
      resource: fc.record({ type: word, id: word }),
      relation: word,
      subject: fc.oneof(fc.record({ type: word, id: word }), fc.record({ type: word, id: word, relation: word })),
      expiresAt: fc.option(fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('2100-01-01') }), { nil: undefined }),
    })
    .map(({ expiresAt, ...edge }) => (expiresAt === undefined ? edge : { ...edge, expiresAt })),
});
const precondition: fc.Arbitrary<Precondition> = fc.record({
  operation: fc.constantFrom('must_match', 'must_not_match'),
  filter: fc.record({ resourceType: word, resourceId: word, relation: word }),
});

describe('the bytes of a write', () => {
  it('are those that the generated code makes, whatever is written', () => {
    fc.assert(
      fc.property(fc.array(update, { maxLength: 20 }), fc.array(precondition, { maxLength: 3 }), (updates, preconditions) => {
        expect(writeBytes(updates, preconditions).equals(generatedBytes(updates, preconditions))).toBe(true);
      }),
    );
  });

  it('say what was meant', () => {
    const id = (nth: number) => `01JD8M3T5W${String(nth).padStart(16, '0')}`;
    const updates: RelationshipUpdate[] = Array.from({ length: 998 }, (_, nth) => ({
      operation: nth % 3 === 0 ? 'delete' : 'touch',
      relationship: { resource: { type: 'tenant', id: id(nth) }, relation: 'member', subject: { type: 'user', id: id(nth + 1) } },
    }));
    const preconditions: Precondition[] = [{ operation: 'must_match', filter: { resourceType: 'projection_shard', resourceId: '1' } }];
    expect(v1.WriteRelationshipsRequest.fromBinary(writeBytes(updates, preconditions))).toEqual(writeMessage(updates, preconditions));
  });
});
