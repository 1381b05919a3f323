import { relationshipKey, type GraphToken, type Precondition, type Relationship, type RelationshipUpdate } from '#authorization';
import { edge, FakeAuthorizationProvider } from '#authorization/testing';
import { FailPoints } from '#database';
import { beforeEach, describe, expect, it } from 'vitest';
import { FakeShardRegistry } from '../testing/fake-shard-registry.ts';
import type { GraphMapping, LoggedEvent } from './graph-mapping.ts';
import { SilentObserver } from './observer.ts';
import { batchLimits, updateKey } from './plan-batch.ts';
import { Quarantine } from './quarantine.ts';
import { ShardDrain } from './shard-drain.ts';
import { ShardHolder } from './shard-holder.ts';
import type { ShardRebuild } from './shard-rebuild.ts';
import { WorkList, type AppliedBatch, type PendingRead, type WorkSnapshot } from './work-list.ts';

const shard = 1;

/** A work list in memory: of one shard, whose holder nobody disputes. */
class ListInMemory extends WorkList {
  readonly pending = new Map<bigint, LoggedEvent>();
  readonly dead = new Map<bigint, LoggedEvent>();
  /** The answers of so many statements that take events off the list are lost on their way. */
  lostAnswers = 0;
  readonly gated = new Set<string | null>();

  constructor(private readonly registry: FakeShardRegistry) {
    super();
  }

  override inSnapshot<T>(_read: PendingRead, use: (snapshot: WorkSnapshot) => Promise<T>): Promise<T> {
    const { epoch } = this.registry;
    return use({
      shard: { epoch, buckets: [0], paused: 'no', rebuild: null },
      events: [...this.pending.values()],
      lost: [],
      gatedTenants: this.gated,
      hasMore: false,
      hasMoreRemovals: false,
      gated: async () => this.gated,
      rows: null as never,
    });
  }

  override async record({ previousSeq, written, done, demoted }: AppliedBatch): Promise<boolean> {
    const row = this.registry.rows.get(shard);
    if (row?.recorded?.seq !== previousSeq) return false;
    if (written !== null) row.recorded = { ...row.recorded, seq: written.seq };
    for (const position of done) this.pending.delete(position);
    for (const [position, event] of this.pending) if (demoted.includes(position)) this.pending.set(position, { ...event, revoking: false });
    if (done.length > 0 && (this.lostAnswers -= 1) >= 0) throw new Error('Connection terminated unexpectedly');
    return true;
  }

  override async bury(position: bigint): Promise<number> {
    move(position, this.pending, this.dead);
    return 1;
  }

  override refuse = () => Promise.reject(new Error('not asked'));
  override horizon = () => Promise.reject(new Error('not asked'));
  override floor = () => Promise.reject(new Error('not asked'));
}

function move(position: bigint, from: Map<bigint, LoggedEvent>, to: Map<bigint, LoggedEvent>): void {
  const event = from.get(position);
  if (event === undefined) throw new Error(`event ${position} is not there`);
  from.delete(position);
  to.set(position, event);
}

class CountingGraph extends FakeAuthorizationProvider {
  readonly landed: string[] = [];

  override async write(updates: readonly RelationshipUpdate[], preconditions?: readonly Precondition[]): Promise<GraphToken> {
    const token = await super.write(updates, preconditions);
    this.landed.push(...updates.map(updateKey).filter((key) => !key.includes('projection_')));
    return token;
  }
}

const member = (user: string) => edge(`tenant:t#member@user:${user}`);
/** A tenant has no such member: the engine refuses it. */
const refused: Relationship = { ...member('w'), subject: { type: 'workspace', id: 'w' } };

/** A shard in memory. An event is about the edges of its payload; `rows` are those that exist by the rows. */
function stage() {
  const graph = new CountingGraph();
  const registry = new FakeShardRegistry();
  const list = new ListInMemory(registry);
  const observer = new SilentObserver();
  const rows = new Map<string, Relationship>();
  const mapping = {
    footprint: ({ payload }: LoggedEvent) => payload as readonly Relationship[],
    shortens: ({ revoking }: LoggedEvent) => revoking,
    existing: async () => rows,
  } as unknown as GraphMapping;
  const holder = new ShardHolder(shard, 'me', {
    registry,
    graph,
    ensureSchema: () => Promise.resolve(),
    failPoints: FailPoints.none,
    nonce: () => `n${Math.random()}`.replace('.', ''),
  });
  const quarantine = new Quarantine({ workList: list, registry, observer, schemaIsCurrent: () => Promise.resolve(true), now: Date.now });
  const rebuild = { reset: () => undefined, forget: () => undefined } as unknown as ShardRebuild;
  const drain = new ShardDrain(holder, rebuild, {
    ...{ workList: list, mapping, graph, observer, failPoints: FailPoints.none },
    announce: () => undefined,
    completed: () => Promise.resolve(),
    refused: (...refusal) => quarantine.handle(...refusal),
    lost: (...found) => quarantine.lost(...found),
  });
  const settle = async () => {
    let result = 'more';
    for (let turns = 0; result === 'more'; turns += 1) {
      if (turns > 20) throw new Error('it does not come to rest');
      result = await drain.turn(0);
    }
  };
  return { graph, list, rows, drain, settle };
}

const event = (position: bigint, revoking: boolean, edges: readonly Relationship[]): LoggedEvent => ({
  ...{ position, bucket: 0, tenantId: 't', aggregateType: 'gadget', aggregateId: 'g', type: 'gadgets.changed', schemaVersion: 1 },
  ...{ revoking, payload: edges },
});

const more = batchLimits.deletes + 50;
const gone = Array.from({ length: more }, (_, nth) => member(`user${nth}`));
const [first] = gone as [Relationship];
const touch = (relationship: Relationship): RelationshipUpdate => ({ operation: 'touch', relationship });
const access = 'tenant:t#access@user:user0';

describe('an event that is larger than a call', () => {
  let at: ReturnType<typeof stage>;

  beforeEach(async () => {
    at = stage();
    await at.settle();
    await at.graph.write(gone.map(touch));
    at.graph.landed.length = 0;
  });

  it('goes on where it was: nothing of it is written twice', async () => {
    at.list.pending.set(1n, event(1n, true, gone));
    await at.settle();
    expect(at.list.pending.size).toBe(0);
    expect(at.graph.landed).toHaveLength(more);
    expect(new Set(at.graph.landed).size).toBe(more);
  });

  it('P-8 that was set aside after a part of it, and is retried, is written whole', async () => {
    at.list.pending.set(1n, event(1n, true, [...gone, refused]));
    at.rows.set(relationshipKey(refused), refused);
    await at.settle();
    expect([...at.list.dead.keys()]).toEqual([1n]);
    expect(await at.graph.allows(access)).toBe(false);

    await at.graph.write([touch(first)]); // past the projection
    at.list.dead.set(1n, event(1n, true, gone));
    move(1n, at.list.dead, at.list.pending);
    await at.settle();
    expect(at.list.pending.size).toBe(0);
    expect(await at.graph.allows(access)).toBe(false);
  });
});

describe('an event whose opening half waited', () => {
  it('P-8 and that left the list without our hearing of it is written whole when it is replayed', async () => {
    const { graph, list, rows, drain, settle } = stage();
    await settle();
    const shortened = edge('tenant:t#member@user:user0', new Date(Date.now() + 3_600_000));
    await graph.write([touch(first)]);
    rows.set(relationshipKey(first), shortened);
    list.gated.add('t');
    list.pending.set(1n, event(1n, true, [first]));
    await settle();
    expect(graph.landed.at(-1)).toBe(updateKey({ operation: 'delete', relationship: first }));

    rows.clear();
    list.gated.clear();
    list.lostAnswers = 1;
    await expect(drain.turn(0)).rejects.toThrow('Connection terminated');
    expect(list.pending.size).toBe(0);
    await graph.write([touch(first)]); // past the projection
    list.pending.set(1n, event(1n, false, [first]));
    await settle();
    expect(await graph.allows(access)).toBe(false);
  });
});
