import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from '../../support/child-process.ts';
import { eventually } from '../../support/eventually.ts';
import { documentedMetrics } from '../../support/documented-metrics.ts';
import { ApiStack } from './support/api-stack.ts';
import { onDatabase } from './support/tables.ts';

let stack: ApiStack;

beforeAll(async () => {
  stack = await ApiStack.start();
  const alice = await stack.as('alice');
  const { body } = await alice.post('/v1/tenants', { name: 'Measured', slug: 'measured' });
  await alice.get(`/v1/tenants/${body.id}`);
});
afterAll(() => stack?.stop());

interface Exported {
  readonly type: string;
  /** As far as there are samples. */
  readonly labels: ReadonlySet<string>;
}

/** What a process exports, by name, as Prometheus reads it. */
async function exported(url: string): Promise<Map<string, Exported>> {
  const page = await (await fetch(`${url}/metrics`)).text();
  const types = [...page.matchAll(/^# TYPE (tenantry_\w+) (\w+)$/gm)];
  return new Map(
    types.map(([, name = '', type = '']) => {
      const samples = page.matchAll(new RegExp(`^${name}(?:_bucket|_sum|_count)?\\{([^}]*)\\} `, 'gm'));
      const labels = [...samples].flatMap(([, all = '']) => [...all.matchAll(/(\w+)="/g)].map(([, label = '']) => label));
      return [name, { type, labels: new Set(labels.filter((label) => label !== 'le')) }];
    }),
  );
}

const worker = () => stack.worker?.url ?? '';
const read = async () => (await fetch(`${worker()}/metrics`)).text();

/** Over all labels. */
const total = (page: string, name: string): number =>
  [...page.matchAll(new RegExp(`^${name}\\{[^}]*\\} (\\S+)$`, 'gm'))].reduce((sum, [, value]) => sum + Number(value), 0);
const sample = (page: string, line: RegExp): number => Number(line.exec(page)?.[1] ?? NaN);

describe('P-11 docs/operations.md and what the processes export', () => {
  it.each(['api', 'worker'] as const)(
    'P-11 the table names every metric of the %s, with its type and labels, and no other',
    async (name) => {
      const found = await exported(name === 'api' ? stack.api.url : worker());
      const documented = documentedMetrics().filter(({ processes }) => processes.includes(name));
      expect([...found].map(([metric, { type }]) => `${metric} ${type}`).sort()).toEqual(
        documented.map((metric) => `${metric.name} ${metric.type}`).sort(),
      );
      for (const { name: metric, labels } of documented)
        for (const label of found.get(metric)?.labels ?? []) expect(labels, `${metric}: ${label}`).toContain(label);
    },
  );

  it('both export what Node says of itself', async () => {
    for (const url of [stack.api.url, worker()]) {
      const page = await (await fetch(`${url}/metrics`)).text();
      for (const name of ['process_cpu_seconds_total', 'process_resident_memory_bytes', 'nodejs_eventloop_lag_p99_seconds'])
        expect(page).toContain(`\n${name} `);
    }
  });
});

describe('P-11 what the worker measures', () => {
  it('P-11 counts what batches carry, and how long each event waited since its commit', async () => {
    const alice = await stack.as('alice');
    const before = await read();
    await alice.post('/v1/tenants', { name: 'Counted', slug: 'counted' });
    await eventually(
      async () => {
        const after = await read();
        const more = (name: string) => total(after, name) - total(before, name);
        const events = more('tenantry_projection_events_total');
        expect(events).toBeGreaterThanOrEqual(3);
        expect(more('tenantry_projection_delay_seconds_count')).toBe(events);
        expect(more('tenantry_projection_batch_events_sum')).toBe(events);
        expect(more('tenantry_projection_batch_updates_sum')).toBe(more('tenantry_projection_updates_total'));
        const waited = more('tenantry_projection_delay_seconds_sum') / events;
        expect(waited).toBeGreaterThan(0);
        expect(waited).toBeLessThan(10);
        return true;
      },
      { within: 10_000 },
    );
  });

  it('P-11 what an operator replays is old, and counts as no delay', async () => {
    const left = () => onDatabase(stack.database.url, 'SELECT FROM outbox_pending');
    await eventually(async () => (await left()).length === 0, { within: 10_000, what: 'all that was live applied' });
    const before = await read();
    const replayed = await runProgram({ program: 'apps/ops/src/main.js', args: ['replay', '--all', '--wait'], env: stack.env });
    expect(replayed.code, replayed.output).toBe(0);
    const after = await read();
    const more = (name: string) => total(after, name) - total(before, name);
    expect(more('tenantry_projection_events_total')).toBeGreaterThan(0);
    expect(more('tenantry_projection_delay_seconds_count')).toBe(0);
  });

  it('P-11 tells the age of the oldest dead event, by the database clock', async () => {
    await onDatabase(
      stack.database.url,
      `INSERT INTO outbox_pending (position, committed_at, bucket, tenant_id, revoking, projection_version, state, attempts, last_error)
       VALUES (900000001, now() - interval '2 hours', 1, 'nobody', false, 1, 'dead', 1, 'planted')`,
    );
    await eventually(
      async () => {
        const page = await (await fetch(`${stack.api.url}/metrics`)).text();
        expect(sample(page, /^tenantry_outbox_oldest_dead_seconds\{shard="1"\} (\S+)$/m)).toBeGreaterThan(7_190);
        expect(sample(page, /^tenantry_outbox_oldest_dead_seconds\{shard="2"\} (\S+)$/m)).toBe(0);
        return true;
      },
      { within: 15_000, every: 250 },
    );
  });

  it('P-11 counts operations by kind and state: a failed one until it was tried again, one without a worker by its age', async () => {
    const insert = (id: string, state: string, ended: string, retryOf: string | null) =>
      onDatabase(
        stack.database.url,
        `INSERT INTO operations (id, kind, state, request, requested_by, request_id, retry_of, created_at, updated_at, finished_at)
         VALUES ($1, 'rehearsal', $2, '{}', '{}', 'r', $3, now() - interval '1 hour', now(), ${ended})`,
        [id, state, retryOf],
      );
    const [failed, again] = ['01FA00000000000000000000FA', '01FA00000000000000000000FB'];
    await insert(failed, 'failed', 'now()', null);
    const page = async () => (await fetch(`${worker()}/metrics`)).text();
    const shown = (text: RegExp, value: (found: number) => boolean) =>
      eventually(async () => value(sample(await page(), text)), { within: 15_000, every: 250, what: String(text) });
    await shown(/^tenantry_operations\{kind="rehearsal",state="failed"\} (\S+)$/m, (count) => count === 1);
    await insert(again, 'pending', 'NULL', failed);
    await shown(/^tenantry_operations\{kind="rehearsal",state="failed"\} (\S+)$/m, Number.isNaN);
    await shown(/^tenantry_operations_unattended_seconds\{kind="rehearsal"\} (\S+)$/m, (seconds) => seconds >= 3_600);
  });

  it('P-11 tells the state of the graph, and the size of the log', async () => {
    const page = await (await fetch(`${worker()}/metrics`)).text();
    expect(sample(page, /^tenantry_graph_state\{state="ready"\} (\S+)$/m)).toBe(1);
    expect(sample(page, /^tenantry_graph_rebuilding_seconds (\S+)$/m)).toBe(0);
    expect(sample(page, /^tenantry_outbox_log_partitions (\S+)$/m)).toBeGreaterThanOrEqual(8);
    expect(sample(page, /^tenantry_outbox_log_bytes (\S+)$/m)).toBeGreaterThan(0);
  });
});
