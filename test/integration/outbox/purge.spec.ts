import { LogBusy, LogStillNeeded, PurgeDateInvalid } from '#outbox';
import { LogRetention, purgeLog } from '#outbox/nest';
import { PgAuditTrail } from '#governance/nest';
import { SystemClock } from '#kernel';
import { anId } from '#kernel/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { OperatorsDesk } from './support/operators-desk.ts';
import { ProjectionBench } from './support/projection-bench.ts';

let bench: ProjectionBench;
let at: OperatorsDesk;

const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
const partitionOf = (day: string) => `outbox_events_${day.replaceAll('-', '')}`;

beforeAll(async () => {
  bench = await ProjectionBench.open();
  at = await OperatorsDesk.open(bench);
  await bench.tenant(await bench.user());
  await bench.worker({ sweepMs: 50 });
  await bench.isExact();
});
afterAll(async () => {
  await at?.close();
  await bench?.close();
});

/** Days of ten, nine and three days ago, each with an event that was applied long since. */
beforeEach(async () => {
  for (const days of [10, 9, 3]) {
    const day = daysAgo(days);
    await bench.owner.query(
      `CREATE TABLE IF NOT EXISTS ${partitionOf(day)} PARTITION OF outbox_events FOR VALUES FROM ('${day} 00:00+00') TO ('${daysAgo(days - 1)} 00:00+00')`,
    );
    await bench.owner.query(
      `INSERT INTO outbox_events (id, bucket, tenant_id, aggregate_type, aggregate_id, aggregate_version, type, schema_version, revoking, payload,
         metadata, occurred_at, committed_at) VALUES ($1, 1, NULL, 'user', 'x', 1, 'identities.user_provisioned', 1, false, '{}', '{}', now(), $2)`,
      [anId(), `${day}T12:00:00Z`],
    );
  }
  await bench.owner.query("DELETE FROM operations WHERE kind = 'replay'");
});

const partitions = async () =>
  (
    await bench.owner.query<{ name: string }>(
      "SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'outbox_events'::regclass ORDER BY 1",
    )
  ).map(({ name }) => name);
const old = async () => (await partitions()).filter((name) => name < partitionOf(daysAgo(2)));
const purge = (before: string) => at.desk.log.run(at.context(), before);
const pend = async (days: number, state: string) => {
  const day = `${daysAgo(days)}T12:00:00Z`;
  await bench.owner.query(
    `INSERT INTO outbox_pending (position, committed_at, bucket, tenant_id, revoking, projection_version, state)
     SELECT position, committed_at, bucket, tenant_id, revoking, 99, $2 FROM outbox_events WHERE committed_at = $1 ON CONFLICT DO NOTHING`,
    [day, state],
  );
};
const done = () => bench.owner.query('DELETE FROM outbox_pending WHERE projection_version = 99');

describe('P-1 cutting the log', () => {
  it('P-1 drops whole days before the date, oldest first, each audited, and nothing else', async () => {
    const before = daysAgo(8);
    const would = await at.desk.log.preview(before);
    expect(would.dropped.map(({ name }) => name)).toEqual([partitionOf(daysAgo(10)), partitionOf(daysAgo(9))]);
    expect(await old()).toHaveLength(3);
    expect((await purge(before)).dropped.map(({ name }) => name)).toEqual(would.dropped.map(({ name }) => name));
    expect(await old()).toEqual([partitionOf(daysAgo(3))]);
    expect((await at.audited('projection.log_purged')).map(({ target_id }) => target_id)).toEqual(would.dropped.map(({ name }) => name));
    expect((await purge(before)).dropped).toEqual([]);
    await bench.tenant(await bench.user());
    await bench.isExact();
  });

  it.each(['pending', 'dead'])('P-1 never a day of which an event is %s: that one stays, and all after it', async (state) => {
    await pend(9, state);
    const refused = await purge(daysAgo(2)).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(LogStillNeeded);
    expect(refused).toMatchObject({ dropped: 1, message: expect.stringContaining(`Dropped before it: ${partitionOf(daysAgo(10))}.`) });
    expect(await old()).toEqual([partitionOf(daysAgo(9)), partitionOf(daysAgo(3))]);
    await expect(purge(daysAgo(2))).rejects.toMatchObject({ dropped: 0, message: expect.stringContaining('still wait, or are dead') });
    await done();
    expect((await purge(daysAgo(2))).dropped).toHaveLength(2);
  });

  it('P-8 never while a replay is pending or running', async () => {
    await bench.owner.query(
      `INSERT INTO operations (id, kind, request, requested_by, request_id, created_at, updated_at) VALUES ($1, 'replay', '{}', '{}', 'test', now(), now())`,
      [anId()],
    );
    await expect(purge(daysAgo(2))).rejects.toThrow('a replay is pending or running');
    expect(await old()).toHaveLength(3);
  });

  it('P-1 waits for nobody who uses the log: it says so, and can be tried again', async () => {
    await bench.owner.query('BEGIN');
    await bench.owner.query('SELECT FROM outbox_events LIMIT 1');
    await expect(purge(daysAgo(2))).rejects.toThrow(LogBusy);
    await bench.owner.query('ROLLBACK');
    expect((await purge(daysAgo(2))).dropped).toHaveLength(3);
  });

  it('P-1 what is still needed is left alone without a lock: nobody who writes to the log waits for that answer', async () => {
    await pend(10, 'dead');
    await bench.owner.query('BEGIN');
    await bench.owner.query('SELECT FROM outbox_events LIMIT 1');
    await expect(purge(daysAgo(2))).rejects.toThrow(LogStillNeeded);
    await bench.owner.query('ROLLBACK');
    await done();
    expect((await purge(daysAgo(2))).dropped).toHaveLength(3);
  });

  it('P-1 the partition of the day of installation is emptied and stays', async () => {
    await bench.owner.query(
      `INSERT INTO outbox_events (id, bucket, tenant_id, aggregate_type, aggregate_id, aggregate_version, type, schema_version, revoking, payload,
         metadata, occurred_at, committed_at) VALUES ($1, 1, NULL, 'user', 'x', 1, 'identities.user_provisioned', 1, false, '{}', '{}', now(), $2)`,
      [anId(), `${daysAgo(20)}T12:00:00Z`],
    );
    // It also holds today, here: then it is left alone.
    expect((await purge(daysAgo(2))).dropped.map(({ name }) => name)).not.toContain('outbox_events_default');
    await bench.owner.query('BEGIN');
    await bench.owner.query("DELETE FROM outbox_events_default WHERE committed_at > now() - interval '19 days'");
    const [answer] = await bench.owner.query<{ answer: string }>(
      "SELECT drop_outbox_partition('outbox_events_default', now() - interval '2 days') AS answer",
    );
    expect(answer?.answer).toBe('dropped');
    expect(await bench.owner.query('SELECT FROM outbox_events_default')).toEqual([]);
    await bench.owner.query('ROLLBACK');
    expect(await partitions()).toContain('outbox_events_default');
  });

  it.each([
    ['2026-02-30', 'must be a day'],
    ['yesterday', 'must be a day'],
    ['2026-1-1', 'must be a day'],
    ['', 'must be a day'],
    [daysAgo(0), 'must lie a whole day back'],
    ['2999-01-01', 'must lie a whole day back'],
  ])('P-1 refuses %j with the reason, and drops nothing', async (date, reason) => {
    await expect(purge(date)).rejects.toThrow(PurgeDateInvalid);
    await expect(purge(date)).rejects.toThrow(reason);
    expect(await old()).toHaveLength(3);
  });

  it('P-1 the database itself drops nothing that is young, and nothing that is no part of the log', async () => {
    const ask = async (part: string, before: string) =>
      (await bench.owner.query<{ answer: string }>(`SELECT drop_outbox_partition($1, ${before}) AS answer`, [part]))[0]?.answer;
    expect(await ask(partitionOf(daysAgo(3)), "now() - interval '5 days'")).toBe('young');
    expect(await ask(partitionOf(daysAgo(3)), 'now()')).toBe('young');
    expect(await ask('users', "now() - interval '5 days'")).toBe('absent');
    expect(await old()).toHaveLength(3);
  });
});

describe('P-1 keeping the log for so many days', () => {
  const retention = (days: number) => {
    const { database, unitOfWork, ids } = at.connection;
    const clock = new SystemClock();
    return new LogRetention(purgeLog({ database, unitOfWork, audit: new PgAuditTrail(ids, clock) }), clock, ids, days);
  };

  it('P-1 drops what is older, by itself, and leaves for later what is still needed', async () => {
    await pend(9, 'dead');
    expect(await retention(5).run()).toEqual([]);
    expect(await old()).toEqual([partitionOf(daysAgo(9)), partitionOf(daysAgo(3))]);
    await done();
    expect(await retention(5).run()).toEqual([partitionOf(daysAgo(9))]);
    expect(await retention(1).run()).toEqual([partitionOf(daysAgo(3))]);
    expect(await retention(1).run()).toEqual([]);
  });
});
