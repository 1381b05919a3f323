import type { CommitReceipt, DomainEvent, ExecutionContext, IdGenerator } from '#kernel';
import { bucketOf } from '../bucket.ts';
import type { SqlExecutor } from '../sql.ts';
import { receiptEvents, storedValues, storing, type StoredEvent } from './idempotency-rows.ts';

/**
 * Which generation of the projection an event was written for. A worker leaves events of a newer generation alone, and
 * never takes a shard that a newer worker has held. Raise it when an event gets a meaning that older workers do not know.
 *
 * 2: `projection.relationships_suspected`, which names edges. To workers of 1 it is about nothing: they would take it off the list.
 */
export const projectionVersion = 2;

const logged = `WITH logged AS (
    INSERT INTO outbox_events (id, bucket, tenant_id, aggregate_type, aggregate_id, aggregate_version, type, schema_version,
      revoking, payload, metadata, occurred_at)
    SELECT id, bucket, tenant_id, aggregate_type, aggregate_id, aggregate_version, type, schema_version, revoking, payload, $1::jsonb, occurred_at
    FROM unnest($2::text[], $3::smallint[], $4::text[], $5::text[], $6::text[], $7::integer[], $8::text[], $9::smallint[], $10::boolean[],
      $11::jsonb[], $12::timestamptz[]) WITH ORDINALITY
      AS event (id, bucket, tenant_id, aggregate_type, aggregate_id, aggregate_version, type, schema_version, revoking, payload, occurred_at, nth)
    ORDER BY nth
    RETURNING position, committed_at, bucket, tenant_id, revoking
  )`;

const listed = `INSERT INTO outbox_pending (position, committed_at, bucket, tenant_id, revoking, projection_version)
  SELECT position, committed_at, bucket, tenant_id, revoking, ${projectionVersion} FROM logged
  RETURNING position, bucket, tenant_id, revoking`;

/** Log and work list in one statement; positions follow the order in which the events were recorded. */
const insertEvents = { name: 'outbox_insert', text: `${logged} ${listed}` };

const loggedEvents = `(SELECT jsonb_agg(jsonb_build_object('position', position::text, 'bucket', bucket, 'tenant_id', tenant_id,
  'revoking', revoking) ORDER BY position) FROM logged)`;

/** The same, and what the request with this Idempotency-Key is told when it comes again: positions are known only here. */
const insertKeyed = {
  name: 'outbox_insert_keyed',
  text: `${logged}, kept AS (${storing('($13::text, $14::text, $15::text, $16::jsonb)', loggedEvents)}) ${listed}`,
};

/** `result` is stored for the request's Idempotency-Key, if it has one. */
export async function insertOutboxRows(
  executor: SqlExecutor,
  events: readonly DomainEvent[],
  context: ExecutionContext,
  ids: IdGenerator,
  result: unknown,
): Promise<CommitReceipt['events']> {
  const { idempotency } = context.options;
  const { name, text } = idempotency === undefined ? insertEvents : insertKeyed;
  const values = [...columnsOf(events, context, ids), ...(idempotency === undefined ? [] : storedValues(idempotency, result))];
  return receiptEvents((await executor.query<StoredEvent>(text, values, name)).rows);
}

function columnsOf(events: readonly DomainEvent[], context: ExecutionContext, ids: IdGenerator): unknown[] {
  const metadata = { actor: context.actor, request_id: context.requestId, traceparent: context.options.traceparent };
  const column = <T>(pick: (event: DomainEvent) => T): T[] => events.map(pick);
  return [
    JSON.stringify(metadata),
    column(() => ids.next()),
    column((event) => bucketOf(event.tenantId)),
    column((event) => event.tenantId),
    column((event) => event.aggregateType),
    column((event) => event.aggregateId),
    column((event) => event.aggregateVersion),
    column((event) => event.type),
    column((event) => event.schemaVersion),
    column((event) => event.revoking),
    column((event) => JSON.stringify(event.payload)),
    column((event) => event.occurredAt.toISOString()),
  ];
}
