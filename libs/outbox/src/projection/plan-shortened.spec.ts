import { relationshipKey, type RelationshipUpdate } from '#authorization';
import { edge } from '#authorization/testing';
import { describe, expect, it } from 'vitest';
import { decide, planBatch, updateKey, type DecidedEvent, type Gate } from './plan-batch.ts';

const open: Gate = { closedFor: new Set(), closingOnly: false };
const remove = (text: string): RelationshipUpdate => ({ operation: 'delete', relationship: edge(text) });
const member = (tenant: string, user: string) => `tenant:${tenant}#member@user:${user}`;
const keys = (updates: readonly RelationshipUpdate[]) => updates.map(updateKey);

describe('M-7 an end that is brought forward', () => {
  const soon = new Date('2026-03-04T12:00:00Z');
  const edgeOf = (user: string) => edge(member('a', user), soon);
  const event = (position: bigint) => ({ position, tenantId: 'a', revoking: true, shortens: true });
  const shortened = (position: bigint, ...users: string[]): DecidedEvent =>
    decide(
      event(position),
      users.map((user) => edge(member('a', user))),
      new Map(users.map((user) => [member('a', user), edgeOf(user)])),
    );
  const asGrant = (position: bigint): DecidedEvent => ({ ...shortened(position, 'ann'), revoking: false, closing: [] });
  const shut: Gate = { closedFor: new Set(['a']), closingOnly: false };

  it('M-4 is one touch, with the new end: nobody is out for a moment', () => {
    const plan = planBatch([shortened(1n, 'ann', 'ben')], open);
    expect(plan.updates).toEqual(['ann', 'ben'].map((user) => ({ operation: 'touch', relationship: edgeOf(user) })));
    expect(plan).toMatchObject({ done: [1n], demoted: [], revokedTenants: ['a'] });
  });

  it('P-7 is a delete while the gate is shut, and the touch when it opens', () => {
    const plan = planBatch([shortened(1n, 'ann')], shut);
    expect(keys(plan.updates)).toEqual(keys([remove(member('a', 'ann'))]));
    expect(plan).toMatchObject({ done: [], demoted: [1n] });
    expect(planBatch([asGrant(1n)], shut).updates).toEqual([]);
    expect(planBatch([asGrant(1n)], open).updates).toEqual([{ operation: 'touch', relationship: edgeOf('ann') }]);
  });

  it('P-7 is a delete, too, when a removal of its tenant does not fit into the call', () => {
    const limits = { updates: 4, deletes: 2 };
    const removed = ['1', '2', '3'].map((user) => remove(member('a', user)));
    const removal: DecidedEvent = { position: 2n, tenantId: 'a', revoking: true, closing: removed, opening: [] };
    const plan = planBatch([shortened(1n, 'ann'), removal], open, limits);
    expect(keys(plan.updates)).toEqual(keys([remove(member('a', 'ann'))]));
  });

  it('concerns nobody whose membership has no end, or has none any more', () => {
    const [kept, gone] = [edge(member('a', 'ann')), edge(member('a', 'ben'))];
    const decided = decide(event(1n), [kept, gone], new Map([[relationshipKey(kept), kept]]));
    expect(keys(decided.closing)).toEqual(keys([remove(member('a', 'ben'))]));
  });

  it('is said once, however many events say it', () => {
    const plan = planBatch([shortened(1n, 'ann'), shortened(2n, 'ann'), asGrant(3n)], open);
    expect(plan.updates).toEqual([{ operation: 'touch', relationship: edgeOf('ann') }]);
    expect(plan.done).toEqual([1n, 2n, 3n]);
  });
});
