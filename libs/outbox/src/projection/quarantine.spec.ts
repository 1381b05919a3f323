import { AuthorizationUnavailable, InvalidRelationship, relationshipKey, type RelationshipUpdate } from '#authorization';
import { edge } from '#authorization/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FakeShardRegistry } from '../testing/fake-shard-registry.ts';
import { SilentObserver } from './observer.ts';
import type { BatchPlan, DecidedEvent, Gate } from './plan-batch.ts';
import { EngineRefusesEverything, Quarantine } from './quarantine.ts';
import type { ShardDrain } from './shard-drain.ts';
import { WorkList } from './work-list.ts';

const open: Gate = { closedFor: new Set(), closingOnly: false };
const refusal = new InvalidRelationship(new Error('3 INVALID_ARGUMENT: bad id'));
const isPoison = ({ relationship }: RelationshipUpdate) => relationship.subject.id.startsWith('bad');

const update = (operation: 'touch' | 'delete', tenant: string, user: string): RelationshipUpdate => ({
  operation,
  relationship: edge(`tenant:${tenant}#member@user:${user}`),
});
const grant = (position: number, tenant: string, ...users: string[]): DecidedEvent => ({
  position: BigInt(position),
  tenantId: tenant,
  revoking: false,
  closing: [],
  opening: users.map((user) => update('touch', tenant, user)),
});
const removal = (position: number, tenant: string, ...users: string[]): DecidedEvent => ({
  position: BigInt(position),
  tenantId: tenant,
  revoking: true,
  closing: users.map((user) => update('delete', tenant, user)),
  opening: [],
});

class Burials extends WorkList {
  readonly dead: bigint[] = [];

  override async bury(position: bigint): Promise<number> {
    this.dead.push(position);
    return 1;
  }
  override refuse = () => Promise.reject(new Error('not asked'));
  override inSnapshot = () => Promise.reject(new Error('not asked'));
  override record = () => Promise.reject(new Error('not asked'));
  override horizon = () => Promise.reject(new Error('not asked'));
  override floor = () => Promise.reject(new Error('not asked'));
}

/** An engine that refuses what is poisoned, and whatever else it is told to refuse. */
function stage(options: { schemaIsCurrent?: boolean; refuses?: 'everything' | 'all but the marker once' } = {}) {
  const workList = new Burials();
  const registry = new FakeShardRegistry();
  const observer = new SilentObserver();
  const written: string[] = [];
  let now = 0;
  const write = async (updates: readonly RelationshipUpdate[]) => {
    if (options.refuses === 'everything' || updates.some(isPoison)) throw refusal;
    written.push(...updates.map(({ operation, relationship }) => `${operation} ${relationshipKey(relationship)}`));
  };
  const applied: bigint[] = [];
  const drain = {
    holder: { shard: 2, write },
    forget: () => undefined,
    writeAndRecord: async (plan: BatchPlan) => {
      if (options.refuses === 'all but the marker once' && plan.markerOnly !== true) {
        delete options.refuses;
        throw new AuthorizationUnavailable('gone');
      }
      await write(plan.updates);
      applied.push(...plan.done);
    },
  } as unknown as ShardDrain;
  const schemaIsCurrent = () => Promise.resolve(options.schemaIsCurrent ?? true);
  const quarantine = new Quarantine({ workList, registry, observer, schemaIsCurrent, now: () => now });
  const handle = (...events: DecidedEvent[]) => quarantine.handle(drain, events, open, refusal);
  return { handle, workList, registry, written, applied, passes: (milliseconds: number) => (now += milliseconds) };
}

describe('P-4 what the engine refuses', () => {
  it('P-4 is found among many, and everything else is applied', async () => {
    const { handle, workList, applied } = stage();
    const events = Array.from({ length: 33 }, (_, nth) => grant(nth, `t${nth}`, nth === 20 ? 'bad' : 'ann'));
    await handle(...events);
    expect(workList.dead).toEqual([20n]);
    expect(applied).toHaveLength(32);
  });

  it('P-4 is all found, wherever it is: nothing sound dies, nothing refused lives', async () => {
    const poisoned = fc.array(fc.boolean(), { minLength: 1, maxLength: 40 }).filter((list) => list.includes(true));
    await fc.assert(
      fc.asyncProperty(poisoned, async (list) => {
        const { handle, workList, applied } = stage();
        await handle(...list.map((bad, nth) => grant(nth, `t${nth}`, bad ? 'bad' : 'ann')));
        expect(workList.dead).toEqual(list.flatMap((bad, nth) => (bad ? [BigInt(nth)] : [])));
        expect(applied).toEqual(list.flatMap((bad, nth) => (bad ? [] : [BigInt(nth)])));
      }),
    );
  });

  it('P-4 takes away what it can of a removal that dies', async () => {
    const { handle, workList, written } = stage();
    await handle(removal(1, 't', 'ann', 'bad', 'ben'));
    expect(workList.dead).toEqual([1n]);
    expect(written).toEqual(['delete tenant:t#member@user:ann', 'delete tenant:t#member@user:ben']);
  });

  it('P-7 grants nothing in a tenant whose removal is in the other half', async () => {
    const { handle, applied, written } = stage();
    await handle(removal(1, 't', 'ann'), grant(2, 'other', 'bad'), grant(3, 't', 'ben'), grant(4, 'other', 'cleo'));
    expect(applied).toContain(1n);
    expect(written).not.toContain('touch tenant:t#member@user:ben');
  });

  it('P-3 an outage in between buries nobody', async () => {
    const { handle, workList } = stage({ refuses: 'all but the marker once' });
    await expect(handle(grant(1, 'a', 'ann'), grant(2, 'b', 'bad'))).rejects.toThrow(AuthorizationUnavailable);
    expect(workList.dead).toEqual([]);
  });

  it('says so when no event explains it', async () => {
    await expect(stage().handle()).rejects.toThrow(InvalidRelationship);
  });
});

describe('P-4 a fault of the whole', () => {
  it.each([
    ['another schema in the engine', { schemaIsCurrent: false }],
    ['an engine that refuses even the marker', { refuses: 'everything' as const }],
  ])('P-4 is told from poison: %s', async (_what, options) => {
    const { handle, workList } = stage(options);
    await expect(handle(grant(1, 't', 'bad'))).rejects.toThrow(EngineRefusesEverything);
    expect(workList.dead).toEqual([]);
  });

  it('P-4 shows in dead events of three tenants within a minute: grants are paused', async () => {
    const { handle, registry, passes } = stage();
    await handle(grant(1, 'a', 'bad'));
    await handle(grant(2, 'a', 'bad'));
    passes(30_000);
    await handle(grant(3, 'b', 'bad'));
    passes(30_001);
    await handle(grant(4, 'c', 'bad'));
    expect(registry.pauses).toEqual([]);
    await handle(grant(5, 'd', 'bad'));
    expect(registry.pauses).toEqual([{ shard: 2, level: 'grants' }]);
  });
});
