import { bucketOf } from '#database';
import { AddTenantMember } from '#iam';
import type { TenantId, UserId } from '#kernel';
import { actingUser } from '#kernel/testing';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { logEvent, poisonedMember } from '../../integration/outbox/support/log-event.ts';
import { ProjectionBench } from '../../integration/outbox/support/projection-bench.ts';
import type { InProcessWorker } from '../../integration/outbox/support/in-process-worker.ts';
import { chosenGraph } from '../../support/chosen-graph.ts';
import { eventually } from '../../support/eventually.ts';
import { figures, millisecondsUntil, percentile } from './latencies.ts';

const isLong = process.env.CHAOS_LONG === '1';
const [tenants, pairs] = isLong ? [100, 5] : [20, 1];
/** A tenant is poisoned again with so many commands of the others. */
const commandsPerPoison = 20;

interface Tenant {
  readonly id: TenantId;
  readonly admin: UserId;
}

let bench: ProjectionBench;
let worker: InProcessWorker;
let poisoned: Tenant;
let others: Tenant[];

beforeAll(async () => {
  bench = await ProjectionBench.open({ engine: await chosenGraph(inject('stack').postgresUrl) });
  worker = await bench.worker();
  const all: Tenant[] = [];
  while (all.length < tenants) {
    const admin = await bench.user();
    all.push({ ...(await bench.tenant(admin)), admin });
  }
  [poisoned, ...others] = all as [Tenant, ...Tenant[]];
  await bench.isExact();
});
afterAll(() => bench?.close());

/** Milliseconds from the commit of a grant until it is seen. */
async function granted({ id, admin }: Tenant): Promise<number> {
  const userId = await bench.user();
  await bench.iam.do(actingUser(admin), AddTenantMember, { tenantId: id, userId, role: 'member' });
  worker.worker.hint(bucketOf(id) % 4);
  return millisecondsUntil(() => bench.allows(`tenant:${id}#access@user:${userId}`), 'the grant');
}

async function round(poison: boolean): Promise<number[]> {
  const latencies: number[] = [];
  for (const [nth, tenant] of others.entries()) {
    if (poison && nth % commandsPerPoison === 0) await logEvent(bench.owner, poisonedMember(poisoned.id));
    latencies.push(await granted(tenant));
  }
  return latencies;
}

describe('P-4 one poisoned tenant', () => {
  it(
    `P-4 among ${tenants}: the others hardly notice, over ${pairs} interleaved pairs, and its own later events are applied`,
    { timeout: 600_000 },
    async () => {
      await round(false); // everything warm
      const [before, beside]: [number[], number[]] = [[], []];
      const own: number[] = [];
      for (let pair = 0; pair < pairs; pair += 1) {
        before.push(...(await round(false)));
        beside.push(...(await round(true)));
        own.push(await granted(poisoned));
      }
      const poisons = pairs * Math.ceil(others.length / commandsPerPoison);
      await eventually(async () => (await bench.dead()).length === poisons, { what: 'every poisoned event set aside' });
      const ratio = (share: number) => percentile(beside, share) / percentile(before, share);
      console.log(
        `one poisoned tenant among ${tenants} on ${bench.engine.engine}: others before ${figures(before)}, beside it ${figures(beside)}, ` +
          `p50 ${ratio(0.5).toFixed(2)}x, p99 ${ratio(0.99).toFixed(2)}x; its own later events ${figures(own)}`,
      );
      expect(own).toHaveLength(pairs);
      const { missing, extra } = await bench.drift();
      expect([missing, extra]).toEqual([[], []]);
      // A single short pair says nothing about a tail.
      expect(ratio(0.5)).toBeLessThan(isLong ? 1.2 : 3);
      if (isLong) expect(ratio(0.99)).toBeLessThan(2);
    },
  );
});
