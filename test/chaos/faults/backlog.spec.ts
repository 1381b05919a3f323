import { AddTenantMember, RemoveTenantMember } from '#iam';
import { actingUser } from '#kernel/testing';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { insertMembers, logMembers } from '../../integration/outbox/support/many-members.ts';
import { ProjectionBench } from '../../integration/outbox/support/projection-bench.ts';
import { chosenGraph } from '../../support/chosen-graph.ts';
import { eventually } from '../../support/eventually.ts';
import { figures, millisecondsUntil, percentile } from './latencies.ts';

const isLong = process.env.CHAOS_LONG === '1';
const backlog = Number(process.env.BACKLOG_EVENTS ?? (isLong ? 100_000 : 20_000));
const perStatement = 10_000;
/** Of each kind; fewer, when the backlog is gone before. */
const samples = isLong ? 200 : 40;

let bench: ProjectionBench;

beforeAll(async () => {
  bench = await ProjectionBench.open({ engine: await chosenGraph(inject('stack').postgresUrl) });
});
afterAll(() => bench?.close());

describe('P-7 behind a backlog', () => {
  it(
    `P-7 of ${backlog} grants of the same tenant a revocation is seen within a second, and so is a grant of a small tenant on the same shard`,
    { timeout: 900_000 },
    async () => {
      const { worker } = await bench.worker();
      const [ada, cleo] = [await bench.user(), await bench.user()];
      const [large, small] = [await bench.tenant(ada), await bench.tenant(cleo)];
      const leaving = await insertMembers(bench.owner, large.id, samples);
      await logMembers(bench.owner, large.id, leaving, 'added');
      const coming = await Promise.all(leaving.map(() => bench.user()));
      await bench.owner.query('UPDATE projection_buckets SET shard = 0 WHERE bucket < 256'); // all in one queue
      await bench.isExact();

      await bench.owner.query("UPDATE projection_shards SET paused = 'all' WHERE shard = 0");
      for (let laid = 0; laid < backlog; laid += perStatement) {
        const some = await insertMembers(bench.owner, large.id, Math.min(perStatement, backlog - laid));
        await logMembers(bench.owner, large.id, some, 'added');
      }
      await bench.owner.query("UPDATE projection_shards SET paused = 'no' WHERE shard = 0");
      await eventually(async () => (await bench.pending()) < backlog, { within: 10_000, what: 'a backlog at work' });

      const began = performance.now();
      const [revocations, grants]: [number[], number[]] = [[], []];
      for (const [nth, userId] of leaving.entries()) {
        await bench.iam.do(actingUser(ada), RemoveTenantMember, { tenantId: large.id, userId, expectedVersion: 1 });
        worker.hint(0);
        const gone = async () => !(await bench.allows(`tenant:${large.id}#access@user:${userId}`));
        const revocation = await millisecondsUntil(gone, 'the removal');
        const member = coming[nth] as (typeof coming)[number];
        await bench.iam.do(actingUser(cleo), AddTenantMember, { tenantId: small.id, userId: member, role: 'member' });
        worker.hint(0);
        const grant = await millisecondsUntil(() => bench.allows(`tenant:${small.id}#access@user:${member}`), 'the small tenant');
        if ((await bench.pending()) === 0) break; // what was seen last may have been behind nothing
        revocations.push(revocation);
        grants.push(grant);
      }
      expect(revocations.length).toBeGreaterThan(2);
      await bench.isExact(600_000);
      const drained = ((performance.now() - began) / 1_000).toFixed(1);
      console.log(
        `behind ${backlog} grants on ${bench.engine.engine}: revocation ${figures(revocations)}; small tenant ${figures(grants)}; drained in ${drained} s`,
      );
      expect(await bench.dead()).toEqual([]);
      expect(percentile(revocations, isLong ? 0.99 : 0.5)).toBeLessThan(1_000);
      expect(percentile(grants, 0.5)).toBeLessThan(1_000);
    },
  );
});
