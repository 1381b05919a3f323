import type { Database } from '#database';
import { platformScope } from '#kernel';
import type { EventSelector, LogExtent } from '../desk/event-selector.ts';
import { EventRecords, type EventRecord, type EventSummary, type Walk, type WalkedEvents } from '../desk/event-records.ts';
import { mostWalked, summary, walkStatement, type WalkedRows } from './event-walk-sql.ts';
import { findTenant } from './find-tenant.ts';
import { PgLogTimes } from './pg-log-times.ts';
import { lastPosition } from './work-list-sql.ts';

interface Found {
  readonly seen: EventSummary;
  readonly logged: boolean;
  readonly id: string;
  readonly bucket: number;
  readonly aggregate_version: number;
  readonly schema_version: number;
  readonly payload: unknown;
  readonly occurred_at: string;
  readonly projection_version: number | null;
}

const end = (order: 'ASC' | 'DESC') => ({
  name: `log_end_${order.toLowerCase()}`,
  text: `SELECT position::text, to_char(committed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS committed_at
    FROM outbox_events t ORDER BY t.position ${order} LIMIT 1`,
});

/** Either side may be alone: applied, or cut from the log while it waited. */
const find = {
  name: 'event_at_position',
  text: `SELECT (SELECT row_to_json(seen) FROM (SELECT ${summary}) seen) AS seen, e.position IS NOT NULL AS logged, e.id, e.bucket, e.aggregate_version,
      e.schema_version, e.payload, to_char(e.occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS occurred_at, p.projection_version
    FROM (SELECT $1::bigint AS position) asked LEFT JOIN outbox_events e ON e.position = asked.position
    LEFT JOIN outbox_pending p ON p.position = asked.position WHERE e.position IS NOT NULL OR p.position IS NOT NULL`,
};

export class PgEventRecords extends EventRecords {
  private readonly times: PgLogTimes;

  constructor(private readonly database: Database) {
    super();
    this.times = new PgLogTimes(database);
  }

  override async extent(): Promise<LogExtent> {
    const read = <Row>(statement: { name: string; text: string }) => this.database.read<Row>(platformScope, statement);
    const [first, newest, drawn] = await Promise.all([
      read<{ position: string; committed_at: string }>(end('ASC')),
      read<{ position: string; committed_at: string }>(end('DESC')),
      read<{ position: string }>(lastPosition),
    ]);
    const pointOf = (row: { position: string; committed_at: string } | undefined) =>
      row === undefined ? null : { position: BigInt(row.position), committedAt: row.committed_at };
    return { first: pointOf(first[0]), newest: pointOf(newest[0]), lastDrawn: BigInt(drawn[0]?.position ?? 0) };
  }

  override async walk(selector: EventSelector, walk: Walk): Promise<WalkedEvents> {
    const narrowed = await this.times.narrow(selector);
    const [found] = await this.database.read<WalkedRows>(platformScope, walkStatement(narrowed, walk));
    if (found === undefined) return { rows: [], next: null };
    const rows = found.rows.slice(0, walk.limit);
    const last = rows.at(-1);
    if (found.rows.length > walk.limit && last !== undefined) return { rows, next: BigInt(last.position) };
    return { rows, next: found.walked < mostWalked || found.reached === null ? null : BigInt(found.reached) };
  }

  override async find(position: bigint): Promise<EventRecord | null> {
    const [row] = await this.database.read<Found>(platformScope, { ...find, values: [position] });
    if (row === undefined) return null;
    return { summary: row.seen, event: row.logged ? eventOf(row) : null, projectionVersion: row.projection_version };
  }

  override tenantId(idOrSlug: string): Promise<string | null> {
    return findTenant(this.database, idOrSlug);
  }
}

function eventOf({ seen, id, bucket, aggregate_version, schema_version, payload, occurred_at }: Found): NonNullable<EventRecord['event']> {
  return {
    position: BigInt(seen.position),
    tenantId: seen.tenant_id,
    aggregateType: seen.aggregate_type ?? '',
    aggregateId: seen.aggregate_id ?? '',
    type: seen.type ?? '',
    revoking: seen.revoking,
    ...{ id, bucket, payload, aggregateVersion: aggregate_version, schemaVersion: schema_version, occurredAt: occurred_at },
  };
}
