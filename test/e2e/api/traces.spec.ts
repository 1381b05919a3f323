import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { TraceCollector, type CollectedSpan } from '../../support/trace-collector.ts';
import type { ApiClient } from './support/api-client.ts';
import { ApiStack } from './support/api-stack.ts';
import { onDatabase } from './support/tables.ts';

let collector: TraceCollector;
let stack: ApiStack;
let alice: ApiClient;

beforeAll(async () => {
  collector = await TraceCollector.start();
  stack = await ApiStack.start({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, TRACES_CONTINUE_CALLERS: 'true' } });
  alice = await stack.as('alice');
});
afterAll(async () => {
  await stack?.stop();
  await collector?.stop();
});

const callersTrace = '4bf92f3577b34da6a3ce929d0e0e4736';
const traceparent = (flags: string, trace = callersTrace) => `00-${trace}-00f067aa0ba902b7-${flags}`;

/** The one span of the trace with this name, once it arrived. */
const span = (trace: string, name: string): Promise<CollectedSpan> =>
  eventually(() => collector.trace(trace).find((found) => found.name === name), { within: 10_000, what: `a span "${name}"` });

const milliseconds = ({ start, end }: CollectedSpan) => Number(end - start) / 1e6;

describe('P-11 one trace leads from the request through the outbox to the graph', () => {
  it('P-11 request, transaction, outbox row and graph write carry one trace id, in this order of time', async () => {
    const made = await alice.post('/v1/tenants', { name: 'Traced', slug: 'traced' }, { traceparent: traceparent('01') });
    expect(made.status).toBe(201);

    const request = await span(callersTrace, 'POST /v1/tenants');
    const transaction = await span(callersTrace, 'transaction');
    const projected = await span(callersTrace, 'project');
    const written = await span(callersTrace, 'spicedb WriteRelationships');
    expect([request.service, transaction.service, projected.service, written.service]).toEqual([
      'tenantry-api',
      'tenantry-api',
      'tenantry-worker',
      'tenantry-worker',
    ]);
    expect(request.parentSpanId).toBe('00f067aa0ba902b7');
    expect(transaction.parentSpanId).toBe(request.spanId);
    expect(projected.parentSpanId).toBe(transaction.spanId);
    expect(written.parentSpanId).toBe(projected.spanId);

    const rows = await onDatabase<{ traceparent: string }>(
      stack.database.url,
      `SELECT metadata->>'traceparent' AS traceparent FROM outbox_events WHERE tenant_id = $1`,
      [made.body.id],
    );
    expect(rows.length).toBeGreaterThan(0);
    expect(new Set(rows.map((row) => row.traceparent))).toEqual(new Set([`00-${callersTrace}-${transaction.spanId}-01`]));

    expect(projected.attributes).toMatchObject({ 'tenantry.event.count': rows.length });
    expect(projected.attributes['tenantry.projection.delay_ms']).toBeGreaterThanOrEqual(0);
    expect(transaction.attributes).toMatchObject({ 'tenantry.outbox.events': rows.length });
    expect(written.end).toBeGreaterThan(transaction.start);
    expect(milliseconds(request)).toBeGreaterThanOrEqual(milliseconds(transaction));
    // Written while the request waited for it: the answer came after.
    expect(written.start).toBeLessThan(request.end);
  });

  it('P-11 a batch serves many commands: it is a trace of its own that points to theirs', async () => {
    const batch = await eventually(
      () => collector.spans.find(({ name, links }) => name === 'project batch' && links.includes(callersTrace)),
      { within: 10_000 },
    );
    expect(batch.traceId).not.toBe(callersTrace);
    const projected = await span(callersTrace, 'project');
    expect(projected.links).toContain(batch.traceId);
  });

  it('a guarded read shows its one question to the graph, and nothing that names a tenant or a caller', async () => {
    const trace = '11111111111111111111111111111111';
    const answer = await alice.get('/v1/tenants/traced', { traceparent: traceparent('01', trace) });
    expect(answer.status).toBe(200);
    const request = await span(trace, 'GET /v1/tenants/:tenant');
    const check = await span(trace, 'spicedb CheckPermission');
    expect(check.parentSpanId).toBe(request.spanId);
    expect(request.attributes).toMatchObject({
      'http.request.method': 'GET',
      'http.route': '/v1/tenants/:tenant',
      'http.response.status_code': 200,
    });
    const said = JSON.stringify(collector.spans, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
    for (const secret of [alice.token ?? '', answer.body.id as string, '"traced"']) expect(said).not.toContain(secret);
  });

  it('the line of a request names its trace', async () => {
    await eventually(() => stack.api.child.output.includes(`"trace_id":"${callersTrace}"`), { what: 'a line with the trace id' });
  });

  it('what a caller decided not to record is not recorded, in any process', async () => {
    const silent = '22222222222222222222222222222222';
    const made = await alice.post('/v1/tenants', { name: 'Silent', slug: 'silent' }, { traceparent: traceparent('00', silent) });
    expect(made.status).toBe(201);
    const later = '33333333333333333333333333333333';
    await alice.post('/v1/tenants', { name: 'Later', slug: 'later' }, { traceparent: traceparent('01', later) });
    await span(later, 'project');
    expect(collector.trace(silent)).toEqual([]);
  });

  it.each(['nonsense', '00-00000000000000000000000000000000-00f067aa0ba902b7-01', traceparent('01').toUpperCase()])(
    'a traceparent that is none (%s) begins a trace of ours',
    async (sent) => {
      const before = collector.spans.length;
      expect((await alice.get('/v1/me', { traceparent: sent })).status).toBe(200);
      const found = await eventually(() => collector.spans.slice(before).find(({ name }) => name === 'GET /v1/me'), { within: 10_000 });
      expect(found.parentSpanId).toBeUndefined();
    },
  );
});

describe('traces of strangers', () => {
  it('are pointed to, never continued, unless the deployment says that callers are known', async () => {
    const strangers = await ApiStack.start({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url } });
    try {
      const trace = '44444444444444444444444444444444';
      const bob = await strangers.as('bob');
      await bob.get('/v1/me', { traceparent: traceparent('00', trace) });
      const found = await eventually(() => collector.spans.find(({ links }) => links.includes(trace)), { within: 10_000 });
      expect([found.name, found.parentSpanId, collector.trace(trace)]).toEqual(['GET /v1/me', undefined, []]);
    } finally {
      await strangers.stop();
    }
  });
});
