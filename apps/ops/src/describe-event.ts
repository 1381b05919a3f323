import type { EventSummary, EventView, FootprintEdge } from '#outbox';
import { jsonOf, printable } from './printable.ts';

/** An event in a line. */
export function eventLine({ position, committed_at: at, state, type, tenant_id: tenant, ...event }: EventSummary): string {
  const aggregate = event.aggregate_type === null ? 'no longer in the log' : `${event.aggregate_type} ${event.aggregate_id}`;
  const trouble = event.last_error === null ? '' : `  tried ${event.attempts}x  ${event.last_error}`;
  return `${printable(`${position}  ${at}  ${state}  ${type ?? '?'}  ${aggregate}  ${tenant ?? 'platform'}${trouble}`)}\n`;
}

const end = (at: string | null) => (at === null ? '' : ` until ${at}`);

function edgeLine({ relationship, in_rows, in_graph, rows_expire_at, graph_expires_at, agree }: FootprintEdge): string {
  const rows = in_rows ? `yes${end(rows_expire_at)}` : 'no';
  const graph = in_graph ? `yes${end(graph_expires_at)}` : 'no';
  return `  ${agree ? ' ' : '!'} ${printable(relationship)}  rows: ${rows}  graph: ${graph}\n`;
}

const mappings = {
  known: 'Footprint:',
  unknown: 'This release does not know it: its aggregate is projected whole. The aggregate:',
  lost: 'It is no longer in the log: what it was about is not known.',
} as const;

/** All there is to know about an event, for reading. */
export function describeEvent({ event, mapping, footprint, agree, projection_version: version, ...rest }: EventView): string {
  const facts = {
    state: event.state,
    type: event.type,
    'schema version': event.schema_version,
    aggregate: event.aggregate_id === null ? null : `${event.aggregate_type} ${event.aggregate_id}`,
    tenant: event.tenant_id ?? 'platform',
    committed: event.committed_at,
    revoking: event.revoking ? 'yes' : 'no',
    actor: event.actor,
    request: event.request_id,
    attempts: event.attempts === 0 ? null : event.attempts,
    'last error': event.last_error,
    'for workers of projection version': version,
    'put back on the list by operation': event.replayed_by,
    payload: event.payload,
  };
  const shown = Object.entries(facts).filter(([, value]) => value !== null && value !== undefined);
  const lines = shown.map(([name, value]) => `  ${name}: ${typeof value === 'string' ? printable(value) : jsonOf(value)}\n`);
  const of = rest.truncated
    ? ` on these; there are ${rest.footprint_size}${mapping === 'unknown' && rest.footprint_size >= 10_000 ? ' or more' : ''}: verify compares all`
    : '';
  const verdict = mapping === 'lost' ? '' : `Rows and graph ${agree ? 'agree' : 'DISAGREE'}${of}.\n`;
  return [`Event ${event.position}\n`, ...lines, `${mappings[mapping]}\n`, ...footprint.map(edgeLine), verdict].join('');
}
