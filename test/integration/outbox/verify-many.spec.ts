import { relationshipKey, type Relationship, type RelationshipUpdate } from '#authorization';
import { edge } from '#authorization/testing';
import type { TenantId, UserId } from '#kernel';
import { anId } from '#kernel/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { commandsMeanwhile } from './support/commands-meanwhile.ts';
import { insertMembers } from './support/many-members.ts';
import { ProjectionBench } from './support/projection-bench.ts';
import { SmallWorld } from './support/small-world.ts';
import { Verifying } from './support/verifying.ts';

/** Relationships in all. 100,000 take a minute or two: `VERIFY_RELATIONSHIPS=100000`. */
const relationships = Number(process.env['VERIFY_RELATIONSHIPS'] ?? 4_000);
const tenants = 20;

let bench: ProjectionBench;
let verifying: Verifying;

beforeEach(async () => {
  bench = await ProjectionBench.open();
  verifying = Verifying.open(bench);
});
afterEach(async () => {
  await verifying?.close();
  await bench?.close();
});

type Damaging = (tenantId: TenantId, userId: UserId) => RelationshipUpdate;

const touch = (relationship: Relationship): RelationshipUpdate => ({ operation: 'touch', relationship });

/** How often, and how. */
const ways: Readonly<Record<string, readonly [number, Damaging]>> = {
  missing: [40, (tenantId, userId) => ({ operation: 'delete', relationship: edge(`tenant:${tenantId}#member@user:${userId}`) })],
  extra: [30, (tenantId) => touch(edge(`tenant:${tenantId}#member@user:${anId()}`))],
  wrong_role: [30, (tenantId, userId) => touch(edge(`tenant:${tenantId}#operator@user:${userId}`))],
  wrong_expiry: [40, (tenantId, userId) => touch(edge(`tenant:${tenantId}#member@user:${userId}`, new Date(Date.now() + 3_600_000)))],
  orphan: [30, (_, userId) => touch(edge(`group:${anId()}#member@user:${userId}`))],
  foreign: [30, (tenantId) => touch(edge(`tenant:${tenantId}#member@service_account:${anId()}`))],
};

async function measured<T>(what: string, work: () => Promise<T>): Promise<T> {
  const [began, cpu, before] = [performance.now(), process.cpuUsage(), process.memoryUsage().rss];
  let most = before;
  const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 20);
  const result = await work().finally(() => clearInterval(watch));
  const { user, system } = process.cpuUsage(cpu);
  const seconds = (milliseconds: number) => (milliseconds / 1_000).toFixed(1);
  const memory = ((most - before) / 1_048_576).toFixed(0);
  console.info(`${what}: ${seconds(performance.now() - began)} s, CPU ${seconds((user + system) / 1_000)} s, memory +${memory} MB`);
  return result;
}

it('P-9 of many relationships, 200 damaged in six ways are named and nothing else, and repaired while commands run', async () => {
  const ada = await bench.user();
  const members: [TenantId, UserId][] = [];
  for (let nth = 0; nth < tenants; nth += 1) {
    const { id } = await bench.tenant(ada);
    const users = await insertMembers(bench.owner, id, Math.ceil(relationships / tenants));
    members.push(...users.map((userId): [TenantId, UserId] => [id, userId]));
  }
  await bench.worker();
  await bench.settled(300_000);
  expect(await measured(`verified ${members.length} and some more, all right`, () => verifying.names())).toEqual([]);

  const updates = Object.entries(ways).flatMap(([kind, [times, update]], way) =>
    Array.from({ length: times }, (_, nth) => {
      const [tenantId, userId] = members[Math.floor(((way * 40 + nth) / 240) * members.length)] as [TenantId, UserId];
      return { kind, update: update(tenantId, userId) };
    }),
  );
  await bench.graph.write(updates.map(({ update }) => update));
  const names = updates.map(({ kind, update }) => `${kind} ${relationshipKey(update.relationship)}`).sort();
  expect(names).toHaveLength(200);
  expect(await measured('verified with 200 damaged', () => verifying.names())).toEqual(names);

  const world = await SmallWorld.create(bench);
  const commands = commandsMeanwhile(world);
  const repaired = await measured('repaired while commands ran', () => verifying.repair()).finally(commands.stop);
  expect(repaired).toMatchObject({ drift: 200, left: { drift: 0, not_applied: 0 } });
  expect(await verifying.names()).toEqual([]);
}, 900_000);
