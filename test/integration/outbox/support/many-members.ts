import { bucketOf } from '#database';
import type { TenantId, UserId } from '#kernel';
import { anId } from '#kernel/testing';
import type { OwnerConnection } from '../../iam/support/owner-connection.ts';

/** Users and their memberships as rows, without events: as if the graph knew them already, or never will. */
export async function insertMembers(owner: OwnerConnection, tenantId: TenantId, count: number): Promise<UserId[]> {
  const users = Array.from({ length: count }, () => anId<UserId>());
  await owner.query(
    `INSERT INTO users (id, email_verified, status, version, created_at, updated_at)
     SELECT id, false, 'active', 1, now(), now() FROM unnest($1::text[]) AS id`,
    [users],
  );
  await owner.query(
    `INSERT INTO tenant_members (tenant_id, user_id, role, version, joined_at, updated_at)
     SELECT $1, id, 'member', 1, now(), now() FROM unnest($2::text[]) AS id`,
    [tenantId, users],
  );
  return users;
}

export async function deleteMembers(owner: OwnerConnection, tenantId: TenantId, users: readonly UserId[]): Promise<void> {
  await owner.query('DELETE FROM tenant_members WHERE tenant_id = $1 AND user_id = ANY ($2::text[])', [tenantId, users]);
}

/** One event per member, in one statement. */
export async function logMembers(
  owner: OwnerConnection,
  tenantId: TenantId,
  users: readonly UserId[],
  what: 'added' | 'removed',
): Promise<void> {
  await owner.query(
    `WITH logged AS (
       INSERT INTO outbox_events (id, bucket, tenant_id, aggregate_type, aggregate_id, aggregate_version, type, schema_version, revoking,
         payload, metadata, occurred_at)
       SELECT user_id, $1, $2, 'tenant_membership', $2 || ':' || user_id, 1, 'tenancy.member_' || $3, 1, $3 = 'removed',
         jsonb_build_object('tenantId', $2::text, 'userId', user_id, 'role', 'member', 'previousRole', 'member'), '{}', now()
       FROM unnest($4::text[]) AS user_id
       RETURNING position, committed_at, bucket, tenant_id, revoking)
     INSERT INTO outbox_pending (position, committed_at, bucket, tenant_id, revoking, projection_version)
     SELECT position, committed_at, bucket, tenant_id, revoking, 1 FROM logged`,
    [bucketOf(tenantId), tenantId, what, users],
  );
}
