import { relationshipKey, type RelationshipUpdate } from '#authorization';
import { edge } from '#authorization/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchLimits, decide, planBatch, updateKey, type DecidedEvent, type Gate } from './plan-batch.ts';

const open: Gate = { closedFor: new Set(), closingOnly: false };
const touch = (text: string): RelationshipUpdate => ({ operation: 'touch', relationship: edge(text) });
const remove = (text: string): RelationshipUpdate => ({ operation: 'delete', relationship: edge(text) });
const member = (tenant: string, user: string) => `tenant:${tenant}#member@user:${user}`;
const many = (count: number, make: (nth: number) => RelationshipUpdate) => Array.from({ length: count }, (_, nth) => make(nth));

const grant = (position: bigint, tenantId: string, ...opening: RelationshipUpdate[]): DecidedEvent => ({
  position,
  tenantId,
  revoking: false,
  closing: [],
  opening,
});
const removal = (position: bigint, tenantId: string, ...closing: RelationshipUpdate[]): DecidedEvent => ({
  position,
  tenantId,
  revoking: true,
  closing,
  opening: [],
});
const roleChange = (position: bigint, tenantId: string): DecidedEvent => ({
  position,
  tenantId,
  revoking: true,
  closing: [remove(`tenant:${tenantId}#admin@user:ann`)],
  opening: [touch(`tenant:${tenantId}#member@user:ann`)],
});
const keys = (updates: readonly RelationshipUpdate[]) => updates.map(updateKey);

describe('what the rows decide about an event', () => {
  const event = { position: 1n, tenantId: 't', revoking: true };
  const existing = (...texts: string[]) => new Map(texts.map((text) => [relationshipKey(edge(text)), edge(text)]));

  it('is a touch of what they make and a delete of what they do not', () => {
    const both = [edge(member('t', 'ann')), edge(member('t', 'ben'))];
    const { closing, opening } = decide(event, both, existing(member('t', 'ann')));
    expect(keys(opening)).toEqual(keys([touch(member('t', 'ann'))]));
    expect(keys(closing)).toEqual(keys([remove(member('t', 'ben'))]));
  });

  it('closes with what suspends or archives, and opens with its end', () => {
    const limits = ['tenant:t#suspended@user:*', 'workspace:w#archived@user:*'];
    expect(
      keys(
        decide(
          event,
          limits.map((text) => edge(text)),
          existing(...limits),
        ).closing,
      ),
    ).toEqual(keys(limits.map(touch)));
    expect(
      keys(
        decide(
          event,
          limits.map((text) => edge(text)),
          existing(),
        ).opening,
      ),
    ).toEqual(keys(limits.map(remove)));
  });
});

describe('a batch', () => {
  it('holds revoking events first, in their order, then grants', () => {
    const plan = planBatch(
      [removal(3n, 'a', remove(member('a', 'x'))), grant(1n, 'b', touch(member('b', 'y'))), removal(4n, 'c', remove(member('c', 'z')))],
      open,
    );
    expect(plan.done).toEqual([3n, 4n, 1n]);
    expect(keys(plan.updates)).toEqual(keys([remove(member('a', 'x')), remove(member('c', 'z')), touch(member('b', 'y'))]));
    expect(plan.revokedTenants).toEqual(['a', 'c']);
  });

  it('names an edge once, whoever asks for it', () => {
    const plan = planBatch([grant(1n, 'a', touch(member('a', 'x'))), grant(2n, 'a', touch(member('a', 'x')))], open);
    expect(plan.done).toEqual([1n, 2n]);
    expect(plan.updates).toHaveLength(1);
  });

  it('P-7 gives nothing in a tenant whose removals are not all in it', () => {
    const gate: Gate = { closedFor: new Set(['a']), closingOnly: false };
    const plan = planBatch(
      [removal(1n, 'a', remove(member('a', 'x'))), grant(2n, 'a', touch(member('a', 'y'))), grant(3n, 'b', touch(member('b', 'y')))],
      gate,
    );
    expect(plan.done).toEqual([1n, 3n]);
    expect(keys(plan.updates)).not.toContain(updateKey(touch(member('a', 'y'))));
  });

  it('P-7 shuts a tenant whose removals do not fit, and no other', () => {
    const oneTooMany = batchLimits.deletes + 1;
    const removals = Array.from({ length: oneTooMany }, (_, nth) => removal(BigInt(nth + 1), 'a', remove(member('a', `u${nth}`))));
    const plan = planBatch([...removals, grant(900n, 'a', touch(member('a', 'new'))), grant(901n, 'b', touch(member('b', 'new')))], open);
    expect(plan.done).toHaveLength(batchLimits.deletes + 1);
    expect(plan.done).toContain(901n);
    expect(plan.done).not.toContain(BigInt(oneTooMany));
    expect(plan.done).not.toContain(900n);
  });

  it('keeps half a removal as a grant when its tenant is shut: its closing half is written', () => {
    const gate: Gate = { closedFor: new Set(['a']), closingOnly: false };
    const plan = planBatch([roleChange(1n, 'a')], gate);
    expect(plan).toMatchObject({ done: [], demoted: [1n], revokedTenants: ['a'] });
    expect(keys(plan.updates)).toEqual(keys(roleChange(1n, 'a').closing));
    expect(planBatch([roleChange(1n, 'a')], open).done).toEqual([1n]);
  });

  it('keeps a removal that has turned into a grant, such as of a tenant restored since: there is nothing to close', () => {
    const turned = { ...removal(1n, 'a'), opening: [remove('tenant:a#suspended@user:*')] };
    const plan = planBatch([turned], { ...open, closingOnly: true });
    expect(plan).toMatchObject({ updates: [], done: [], demoted: [1n] });
  });

  it('is made of closing updates only while grants are paused or the graph is rebuilt', () => {
    const events = [removal(1n, 'a', remove(member('a', 'x'))), grant(2n, 'b', touch(member('b', 'y'))), roleChange(3n, 'c')];
    const plan = planBatch(events, { ...open, closingOnly: true });
    expect(plan).toMatchObject({ done: [1n], demoted: [3n] });
    expect(plan.updates.every(({ operation }) => operation === 'delete')).toBe(true);
  });

  it('writes the closing half of a waiting grant once, and then has nothing to do', () => {
    const waiting: DecidedEvent = { ...roleChange(1n, 'a'), revoking: false };
    const gate: Gate = { closedFor: new Set(['a']), closingOnly: false };
    const first = planBatch([waiting], gate);
    expect(keys(first.updates)).toEqual(keys(waiting.closing));
    expect(first.done).toEqual([]);
    const written = new Map([[1n, new Set(keys(first.parts.get(1n) ?? []))]]);
    expect(planBatch([waiting], gate, batchLimits, written)).toMatchObject({ updates: [], done: [], demoted: [] });
    expect(planBatch([waiting], open, batchLimits, written)).toMatchObject({ done: [1n], updates: waiting.opening });
  });

  it('holds no more than the engine takes well: updates in all, and deletes of them', () => {
    const limits = { updates: 10, deletes: 4 };
    const grants = Array.from({ length: 8 }, (_, nth) => grant(BigInt(nth), 'a', ...many(3, (u) => touch(member('a', `${nth}-${u}`)))));
    expect(planBatch(grants, open, limits).updates).toHaveLength(9);
    const removals = Array.from({ length: 8 }, (_, nth) =>
      removal(BigInt(nth), 'a', ...many(3, (u) => remove(member('a', `${nth}-${u}`)))),
    );
    expect(planBatch(removals, open, limits).updates).toHaveLength(3);
  });

  it('lets a small grant past one that does not fit any more', () => {
    const limits = { updates: 4, deletes: 4 };
    const large = grant(2n, 'b', ...many(3, (u) => touch(member('b', `${u}`))));
    const plan = planBatch(
      [grant(1n, 'a', touch(member('a', '1')), touch(member('a', '2'))), large, grant(3n, 'c', touch(member('c', '1')))],
      open,
      limits,
    );
    expect(plan.done).toEqual([1n, 3n]);
  });
});

describe('an event larger than a call', () => {
  const limits = { updates: 10, deletes: 4 };

  /** Calls until it is done, and everything that was written. */
  function drain(of: (call: number) => DecidedEvent): { calls: number; updates: string[] } {
    const written = new Map<bigint, Set<string>>();
    const updates: string[] = [];
    for (let calls = 1; calls < 100; calls += 1) {
      const event = of(calls);
      const plan = planBatch([event], open, limits, written);
      updates.push(...keys(plan.updates));
      if (plan.done.length > 0) return { calls, updates };
      for (const [position, part] of plan.parts) written.set(position, new Set([...(written.get(position) ?? []), ...keys(part)]));
    }
    throw new Error('never done');
  }

  it('goes in parts, a grant as well as a removal', () => {
    const opening = many(25, (u) => touch(member('a', `${u}`)));
    expect(drain(() => grant(1n, 'a', ...opening))).toEqual({ calls: 3, updates: keys(opening) });
    const closing = many(9, (u) => remove(member('a', `${u}`)));
    expect(drain(() => removal(1n, 'a', ...closing))).toEqual({ calls: 3, updates: keys(closing) });
  });

  it('P-5 also when it takes more away than a call holds and is no removal by its flag: a whole aggregate is such', () => {
    const event = {
      ...grant(1n, 'a', ...many(12, (u) => touch(member('a', `in${u}`)))),
      closing: many(9, (u) => remove(member('a', `out${u}`))),
    };
    expect(new Set(drain(() => event).updates)).toEqual(new Set(keys([...event.closing, ...event.opening])));
  });

  it('P-1 skips no edge when rows change between its parts, so that what is left shifts', () => {
    const users = Array.from({ length: 25 }, (_, nth) => `${nth}`);
    const gone = '3'; // removed after the first part: an event of its own takes it out
    const { updates } = drain((call) => {
      const here = call === 1 ? users : users.filter((user) => user !== gone);
      const event = grant(1n, 'a', ...here.map((user) => touch(member('a', user))));
      return call === 1 ? event : { ...event, closing: [remove(member('a', gone))] };
    });
    for (const user of users) expect(updates).toContain(updateKey(touch(member('a', user))));
  });
});

describe('any batch', () => {
  const user = fc.constantFrom('ann', 'ben', 'cleo', 'dan');
  const tenant = fc.constantFrom('a', 'b', 'c');
  const event = fc.record({
    tenantId: tenant,
    revoking: fc.boolean(),
    touched: fc.array(user, { maxLength: 6 }),
    removed: fc.array(user, { maxLength: 6 }),
    shortened: fc.array(user, { maxLength: 3 }),
  });
  const decided = fc.array(event, { maxLength: 12 }).map((events) =>
    events.map(({ tenantId, revoking, touched, removed, shortened }, nth): DecidedEvent => ({
      position: BigInt(nth),
      tenantId,
      revoking,
      // One edge is either there or not, by the same rows, whichever event asks.
      closing: [
        ...removed.map((name) => remove(`tenant:${tenantId}#admin@user:${name}`)),
        ...(revoking ? shortened.map((name) => remove(`tenant:${tenantId}#member@user:${name}`)) : []),
      ],
      opening: [...touched, ...(revoking ? shortened : [])].map((name) => touch(`tenant:${tenantId}#member@user:${name}`)),
    })),
  );

  it('P-7 holds a grant only in tenants whose every removal it holds whole, and never names an edge twice', () => {
    fc.assert(
      fc.property(
        decided,
        fc.subarray(['a', 'b', 'c']),
        fc.boolean(),
        fc.integer({ min: 1, max: 8 }),
        (events, shut, closingOnly, size) => {
          const plan = planBatch(events, { closedFor: new Set(shut), closingOnly }, { updates: size, deletes: Math.ceil(size / 2) });
          const inCall = new Set(keys(plan.updates));
          const edges = new Set(plan.updates.map(({ relationship }) => relationshipKey(relationship)));
          // A delete, or the touch that took its place.
          const closed = ({ relationship }: RelationshipUpdate) => edges.has(relationshipKey(relationship));
          expect(edges.size).toBe(plan.updates.length);
          expect(plan.updates.length).toBeLessThanOrEqual(size);
          expect(new Set([...plan.done, ...plan.demoted]).size).toBe(plan.done.length + plan.demoted.length);
          for (const { operation, relationship } of plan.updates) {
            if (operation === 'delete') continue;
            const { id } = relationship.resource;
            expect(closingOnly || shut.includes(id)).toBe(false);
            for (const { tenantId, revoking, closing } of events) {
              if (revoking && tenantId === id) expect(closing.every(closed)).toBe(true);
            }
          }
          for (const { position, closing, opening } of events) {
            if (plan.done.includes(position)) expect(closing.every(closed)).toBe(true);
            if (plan.done.includes(position)) expect(opening.every((update) => inCall.has(updateKey(update)))).toBe(true);
            if (plan.demoted.includes(position)) expect(closing.every(closed)).toBe(true);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
