import {
  ForwardingAuthorizationProvider,
  AuthorizationUnavailable,
  relationshipKey,
  type CheckAnswer,
  type CheckRequest,
  type Consistency,
  type GraphToken,
  type Precondition,
  type Relationship,
  type RelationshipFilter,
  type RelationshipUpdate,
} from '#authorization';
import { bucketOf } from '#database';
import { AddTenantMember, RemoveTenantMember } from '#iam';
import { actingUser, anId } from '#kernel/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { ProjectionBench } from './support/projection-bench.ts';

let bench: ProjectionBench;
beforeEach(async () => {
  bench = await ProjectionBench.open();
});
afterEach(() => bench?.close());

const unavailable = () => new AuthorizationUnavailable(new Error('14 UNAVAILABLE'));
const exactly = { missing: [], extra: [] };

/** An engine that cannot be reached while `refuses` says so. */
class Unreliable extends ForwardingAuthorizationProvider {
  refuses: (filter?: RelationshipFilter) => boolean = () => false;

  override async *read(filter: RelationshipFilter, consistency: Consistency): AsyncIterable<Relationship> {
    if (this.refuses(filter)) throw unavailable();
    yield* super.read(filter, consistency);
  }

  override async check(request: CheckRequest, consistency: Consistency): Promise<CheckAnswer> {
    if (this.refuses()) throw unavailable();
    return super.check(request, consistency);
  }

  override async write(updates: readonly RelationshipUpdate[], preconditions?: readonly Precondition[]): Promise<GraphToken> {
    if (this.refuses()) throw unavailable();
    return super.write(updates, preconditions);
  }
}

async function unreliableWorker(refuses: Unreliable['refuses']): Promise<Unreliable> {
  let made: Unreliable | undefined;
  await bench.worker({
    through: (graph) => {
      made = new Unreliable(graph);
      made.refuses = refuses;
      return made;
    },
  });
  if (made === undefined) throw new Error('the worker did not take the graph it was given');
  return made;
}

const beginEpoch = () =>
  bench.owner.query("UPDATE projection_state SET epoch = $1, status = 'rebuilding', reason = 'for a test'", [anId()]);

test('P-10 an outage while a rebuild looks for what is to go: nobody stays whom the rows do not know', async () => {
  const { id } = await bench.tenant(await bench.user());
  await bench.worker();
  await bench.isExact();
  await bench.stopWorkers();
  const ghost = { type: 'user', id: anId() };
  const edge = (relation: string): RelationshipUpdate => ({
    operation: 'touch',
    relationship: { resource: { type: 'tenant', id }, relation, subject: ghost },
  });
  await bench.graph.write(['admin', 'operator', 'member'].map(edge));
  await beginEpoch();
  let hiccups = 5;
  await unreliableWorker((filter) => filter?.resourceType === 'tenant' && (hiccups -= 1) >= 0);
  await bench.settled();
  expect(hiccups).toBeLessThan(0);
  expect(await bench.drift()).toEqual(exactly);
});

test('P-10 an engine lost before every shard was taken over is noticed by the shards that were done', async () => {
  const ada = await bench.user();
  for (let made = 0; made < 8; made += 1) await bench.tenant(ada);
  let shut = true;
  await unreliableWorker((filter) => shut && filter?.resourceType === 'projection_shard' && filter.resourceId === '0');
  const rebuilt = 'SELECT FROM projection_shards s JOIN projection_state p ON s.rebuilt_epoch = p.epoch WHERE s.shard <> 0';
  const waiting = 'SELECT FROM outbox_pending p JOIN projection_buckets b USING (bucket) WHERE b.shard <> 0';
  const allButOne = async () => (await bench.owner.query(rebuilt)).length === 4 && (await bench.owner.query(waiting)).length === 0;
  await eventually(allButOne, { within: 20_000, what: 'four shards of five' });
  await bench.engine.kill();
  await bench.engine.restart();
  shut = false;
  await eventually(async () => (await bench.isReady()) && (await bench.drift()).missing.length === 0, {
    within: 20_000,
    what: 'a whole graph',
  });
  expect(await bench.drift()).toEqual(exactly);
});

test('P-10 an engine restored from a backup is noticed although nothing is being written', async () => {
  const types = ['platform', 'tenant', 'workspace', 'projection_shard', 'projection_epoch'];
  const everything = async (): Promise<Relationship[]> => {
    const all: Relationship[] = [];
    for (const resourceType of types) {
      for await (const edge of bench.graph.read({ resourceType }, { kind: 'fully_consistent' })) all.push(edge);
    }
    return all;
  };
  await bench.worker({ sweepMs: 200 });
  const [ada, ben] = [await bench.user(), await bench.user()];
  const { id } = await bench.tenant(ada);
  const added = await bench.iam.do(actingUser(ada), AddTenantMember, { tenantId: id, userId: ben, role: 'admin' });
  await bench.isExact();
  const backup = await everything();
  await bench.iam.do(actingUser(ada), RemoveTenantMember, { tenantId: id, userId: ben, expectedVersion: added.version });
  await bench.isExact();
  const kept = new Set(backup.map(relationshipKey));
  const gone = (await everything()).filter((edge) => !kept.has(relationshipKey(edge)));
  await bench.graph.write([
    ...gone.map((relationship): RelationshipUpdate => ({ operation: 'delete', relationship })),
    ...backup.map((relationship): RelationshipUpdate => ({ operation: 'touch', relationship })),
  ]);
  const refused = async () => !(await bench.allows(`tenant:${id}#administrate@user:${ben}`));
  await eventually(refused, { within: 10_000, what: 'the removed administrator refused' });
  await bench.isExact();
});

test('P-10 a database restored from before the last batches is noticed: what they gave goes by itself, and the graph stays in use', async () => {
  const [ada, ...others] = [await bench.user(), await bench.user(), await bench.user()];
  const { id } = await bench.tenant(ada);
  await bench.worker({ sweepMs: 100 });
  await bench.isExact();
  const [epoch, backup] = [await bench.epoch(), await bench.owner.query('SELECT shard, seq, marker FROM projection_shards')];
  for (const userId of others) {
    await bench.iam.do(actingUser(ada), AddTenantMember, { tenantId: id, userId, role: 'admin' });
    await bench.settled();
  }
  await bench.stopWorkers();
  await bench.owner.query('DELETE FROM tenant_members WHERE user_id = ANY ($1::text[])', [others]);
  for (const { shard, seq, marker } of backup) {
    await bench.owner.query('UPDATE projection_shards SET seq = $2, marker = $3 WHERE shard = $1', [shard, seq, marker]);
    await bench.owner.query('DELETE FROM outbox_batches WHERE shard = $1 AND seq > $2', [shard, seq]);
  }
  for (const userId of others) expect(await bench.allows(`tenant:${id}#administrate@user:${userId}`)).toBe(true);
  const worker = await bench.worker({ sweepMs: 100 });
  const refused = async () => !(await bench.allows(`tenant:${id}#administrate@user:${others[0]}`));
  await eventually(refused, { within: 10_000, what: 'somebody refused whom no row knows' });
  expect([await bench.isReady(), await bench.epoch()]).toEqual([true, epoch]);
  await eventually(async () => (await bench.drift()).extra.length === 0, { within: 10_000, what: 'the end of the rebuild' });
  await bench.isExact();
  expect(worker.observer.ahead).toEqual([{ shard: bucketOf(id) % 4, batches: BigInt(others.length) }]);
});

test('P-3 a worker that cannot reach the engine leaves its shards to one that can', async () => {
  let cut = false;
  await unreliableWorker(() => cut);
  const ada = await bench.user();
  await bench.settled();
  await bench.worker();
  cut = true;
  await bench.tenant(ada);
  await eventually(async () => (await bench.pending()) === 0, { within: 10_000, what: 'the other worker at work' });
  await bench.isExact();
});
