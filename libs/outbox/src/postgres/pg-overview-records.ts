import { bucketOf, iso8601, type Database } from '#database';
import { platformScope, type TenantId } from '#kernel';
import {
  OverviewRecords,
  type OpenOperation,
  type RebuildRefusals,
  type Refusal,
  type ShardDetails,
  type ShardRebuilding,
  type TenantBacklog,
} from '../desk/projection-overview.ts';
import { isCancelled } from './work-list-sql.ts';

const shards = {
  name: 'shard_details',
  text: `SELECT s.shard, (SELECT count(*)::integer FROM projection_buckets b WHERE b.shard = s.shard) AS buckets, s.projection_version, s.epoch,
      s.seq::text AS seq, s.marker, CASE WHEN s.rebuilt_epoch IS DISTINCT FROM state.epoch THEN 'from scratch'
        WHEN s.live_rebuild IS DISTINCT FROM s.live_rebuilt AND NOT ${isCancelled} THEN 'graph in use' END AS rebuild,
      s.rebuild_phase, s.rebuild_done::float8 AS rebuild_relationships
    FROM projection_shards s LEFT JOIN projection_state state ON true ORDER BY s.shard`,
};

const unassigned = { name: 'unassigned_buckets', text: 'SELECT bucket FROM projection_buckets WHERE shard IS NULL ORDER BY bucket' };

const operations = {
  name: 'open_operations',
  text: `SELECT id, kind, state, progress FROM operations WHERE state IN ('pending', 'running') ORDER BY created_at LIMIT 50`,
};

const refusals = {
  name: 'rebuild_refusals',
  text: `SELECT shard, edge AS relationship, error, ${iso8601('seen_at', 'seen_at')}, count(*) OVER ()::integer AS total
    FROM projection_refusals ORDER BY projection_refusals.seen_at DESC, edge LIMIT $1`,
};

const moment = `to_char(p.committed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** Within the bucket of the tenant: the list has no index by tenant, for the sake of those who write to it. */
const oneTenant = {
  name: 'backlog_of_tenant',
  text: `WITH own AS (
      SELECT position, committed_at, state FROM outbox_pending
      WHERE tenant_id = $1 AND (bucket BETWEEN $2::smallint AND $2::smallint))
    SELECT $1::text AS tenant_id, (SELECT slug FROM tenants WHERE id = $1) AS slug, (SELECT shard FROM projection_buckets WHERE bucket = $2) AS shard,
      (SELECT count(*)::integer FROM own WHERE state = 'pending') AS pending, (SELECT count(*)::integer FROM own WHERE state = 'dead') AS dead,
      (SELECT json_build_object('position', p.position::text, 'committed_at', ${moment}) FROM own p WHERE state = 'pending' ORDER BY position LIMIT 1) AS oldest`,
};

const mostBehind = {
  name: 'backlog_of_tenants',
  text: `WITH largest AS (
      SELECT tenant_id, bucket, count(*) FILTER (WHERE state = 'pending')::integer AS pending, count(*) FILTER (WHERE state = 'dead')::integer AS dead,
        min(position) FILTER (WHERE state = 'pending') AS oldest
      FROM outbox_pending GROUP BY tenant_id, bucket ORDER BY pending DESC, dead DESC, tenant_id LIMIT $1)
    SELECT l.tenant_id, t.slug, b.shard, l.pending, l.dead,
      (SELECT json_build_object('position', p.position::text, 'committed_at', ${moment}) FROM outbox_pending p WHERE p.position = l.oldest) AS oldest
    FROM largest l LEFT JOIN tenants t ON t.id = l.tenant_id LEFT JOIN projection_buckets b ON b.bucket = l.bucket
    ORDER BY l.pending DESC, l.dead DESC, l.tenant_id`,
};

type ShardRow = Omit<ShardDetails, 'rebuild'> & {
  readonly rebuild: ShardRebuilding['kind'] | null;
  readonly rebuild_phase: number;
  readonly rebuild_relationships: number;
};

export class PgOverviewRecords extends OverviewRecords {
  constructor(private readonly database: Database) {
    super();
  }

  override async shards(): Promise<readonly ShardDetails[]> {
    const rows = await this.database.read<ShardRow>(platformScope, shards);
    return rows.map(({ rebuild, rebuild_phase: phase, rebuild_relationships: relationships, ...row }) => ({
      ...row,
      rebuild: rebuild === null ? null : { kind: rebuild, phase, relationships },
    }));
  }

  override async refusals(most: number): Promise<RebuildRefusals> {
    const rows = await this.database.read<Refusal & { total: number }>(platformScope, { ...refusals, values: [most] });
    return { count: rows[0]?.total ?? 0, newest: rows.map(({ total: _, ...refusal }) => refusal) };
  }

  override async unassigned(): Promise<readonly number[]> {
    return (await this.database.read<{ bucket: number }>(platformScope, unassigned)).map(({ bucket }) => bucket);
  }

  override operations(): Promise<readonly OpenOperation[]> {
    return this.database.read<OpenOperation>(platformScope, operations);
  }

  override async tenant(tenantId: string): Promise<TenantBacklog> {
    const values = [tenantId, bucketOf(tenantId as TenantId)];
    const [row] = await this.database.read<TenantBacklog>(platformScope, { ...oneTenant, values });
    return row ?? { tenant_id: tenantId, slug: null, shard: null, pending: 0, dead: 0, oldest: null };
  }

  override tenants(most: number): Promise<readonly TenantBacklog[]> {
    return this.database.read<TenantBacklog>(platformScope, { ...mostBehind, values: [most] });
  }
}
