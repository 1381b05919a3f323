import { bucketOf } from '#database';
import type { TenantId } from '#kernel';
import { anId } from '#kernel/testing';
import type { OwnerConnection } from '../../iam/support/owner-connection.ts';

export interface RawEvent {
  readonly tenantId: TenantId | null;
  readonly aggregateType: string;
  readonly aggregateId: string;
  readonly type: string;
  readonly payload: object;
  readonly revoking?: boolean;
  readonly schemaVersion?: number;
  readonly projectionVersion?: number;
}

const insert = `WITH logged AS (
    INSERT INTO outbox_events (id, bucket, tenant_id, aggregate_type, aggregate_id, aggregate_version, type, schema_version, revoking,
      payload, metadata, occurred_at)
    VALUES ($1, $2, $3, $4, $5, 1, $6, $7, $8, $9, '{}', now())
    RETURNING position, committed_at, bucket, tenant_id, revoking)
  INSERT INTO outbox_pending (position, committed_at, bucket, tenant_id, revoking, projection_version)
  SELECT position, committed_at, bucket, tenant_id, revoking, $10 FROM logged RETURNING position`;

/** An event that no command of today would write: of another release, or of a fault. */
export async function logEvent(owner: OwnerConnection, event: RawEvent): Promise<bigint> {
  await owner.query('BEGIN');
  await owner.query('SELECT pg_current_xact_id()'); // as the unit of work does: the id before the position
  const position = await logEventIn(owner, event);
  await owner.query('COMMIT');
  return position;
}

/** So many copies of an event that are dead already. */
export async function logDead(owner: OwnerConnection, event: RawEvent, count: number): Promise<bigint[]> {
  const first = await logEvent(owner, event);
  const rows = await owner.query<{ position: string }>(
    `WITH logged AS (
        INSERT INTO outbox_events (id, bucket, tenant_id, aggregate_type, aggregate_id, aggregate_version, type, schema_version, revoking,
          payload, metadata, occurred_at)
        SELECT lpad(nth::text, 26, '0'), bucket, tenant_id, aggregate_type, aggregate_id, aggregate_version, type, schema_version, revoking,
          payload, metadata, occurred_at FROM outbox_events, generate_series(2, $2::integer) AS nth WHERE position = $1
        RETURNING position, committed_at, bucket, tenant_id, revoking)
      INSERT INTO outbox_pending (position, committed_at, bucket, tenant_id, revoking, projection_version, state)
      SELECT position, committed_at, bucket, tenant_id, revoking, 1, 'dead' FROM logged RETURNING position`,
    [first, count],
  );
  await owner.query("UPDATE outbox_pending SET state = 'dead' WHERE position = $1", [first]);
  return [first, ...rows.map(({ position }) => BigInt(position))].sort((a, b) => Number(a - b));
}

/** In a transaction that is open already. */
export async function logEventIn(owner: OwnerConnection, event: RawEvent): Promise<bigint> {
  const { tenantId, aggregateType, aggregateId, type, payload, revoking = false, schemaVersion = 1, projectionVersion = 1 } = event;
  const values = [anId(), bucketOf(tenantId), tenantId, aggregateType, aggregateId, type, schemaVersion, revoking];
  const [row] = await owner.query<{ position: string }>(insert, [...values, JSON.stringify(payload), projectionVersion]);
  return BigInt(row?.position ?? 0);
}

/** What a membership of a user whose id the engine refuses would have written. */
export const poisonedMember = (tenantId: TenantId, userId = 'bad id!'): RawEvent => ({
  tenantId,
  aggregateType: 'tenant_membership',
  aggregateId: `${tenantId}:${userId}`,
  type: 'tenancy.member_added',
  payload: { tenantId, userId, role: 'operator', previousRole: 'operator' },
});
