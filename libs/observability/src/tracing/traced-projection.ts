import type { ObservedBatch, ObservedEvent } from '#outbox';
import { isSampled, type Tracer } from './tracer.ts';

/** More than the SDK keeps of a span, a batch does not name. */
const mostLinks = 128;

/** Milliseconds since 1970, of a moment as `performance.now` told it. */
const moment = (milliseconds: number): number => performance.timeOrigin + milliseconds;

function byTrace(events: readonly ObservedEvent[]): Map<string, ObservedEvent[]> {
  const traces = new Map<string, ObservedEvent[]>();
  for (const event of events) {
    if (event.traceparent === undefined || !isSampled(event.traceparent)) continue;
    const found = traces.get(event.traceparent);
    if (found) found.push(event);
    else traces.set(event.traceparent, [event]);
  }
  return traces;
}

/**
 * Told of a batch when it is over, so that nothing is spent while it is under way. The batch serves many commands: it is a trace
 * of its own that names theirs, and each of theirs gets the step that put it into the graph, with the write that did.
 */
export function traceBatch(tracer: Tracer, batch: ObservedBatch): void {
  const traces = byTrace(batch.finished);
  if (traces.size === 0) return;
  const { shard, events, updates, startedAt, graphWrite, endedAt } = batch;
  const counts = { 'tenantry.shard': shard, 'tenantry.batch.events': events, 'tenantry.graph.items': updates };
  const start = { startedAt: moment(startedAt), attributes: counts };
  const whole = tracer.start('project batch', { ...start, kind: 'consumer', links: [...traces.keys()].slice(0, mostLinks) });
  for (const [parent, own] of traces) {
    const [first] = own;
    const step = tracer.start('project', { ...start, kind: 'consumer', parent, links: [whole.traceparent] });
    step.set({
      'tenantry.event.type': first?.type ?? '',
      'tenantry.event.count': own.length,
      'tenantry.outbox.position': String(first?.position ?? ''),
      'tenantry.projection.delay_ms': Math.round(moment(endedAt) - Math.min(...own.map(({ committedAt }) => committedAt))),
    });
    if (graphWrite !== null) {
      const attributes = { 'rpc.system.name': 'grpc', 'rpc.method': 'WriteRelationships', 'tenantry.graph.items': updates };
      tracer
        .start('spicedb WriteRelationships', {
          kind: 'client',
          parent: step.traceparent,
          startedAt: moment(graphWrite.startedAt),
          attributes,
        })
        .end(moment(graphWrite.endedAt));
    }
    step.end(moment(endedAt));
  }
  whole.end(moment(endedAt));
}
