import { graph, type Relationship } from '#authorization';
import type { TenantId, UserId, WorkspaceId } from '#kernel';
import type { Pool } from 'pg';
import type { BareGraph } from './bare-graph.ts';

const perCall = 500;
const tenantsAtOnce = 2_000;

export interface SmallTenant {
  readonly tenantId: TenantId;
  readonly workspaceId: WorkspaceId;
  readonly userId: UserId;
}

/** Tenants with a root workspace and one person who may view it, as rows and straight into the graph. */
export async function manyTenants(at: { pool: Pool; graph: BareGraph }, people: readonly UserId[], count: number): Promise<SmallTenant[]> {
  const made: SmallTenant[] = [];
  while (made.length < count) {
    const some = await tenantRows(at.pool, people, Math.min(tenantsAtOnce, count - made.length), made.length);
    await at.graph.writeAll(
      some.flatMap(edgesOf).map((relationship) => ({ operation: 'touch', relationship })),
      perCall,
      2,
    );
    made.push(...some);
  }
  return made;
}

/** The same as rows alone: the graph is somebody else's to make. */
export async function tenantsAsRows(pool: Pool, people: readonly UserId[], count: number): Promise<SmallTenant[]> {
  const made: SmallTenant[] = [];
  while (made.length < count) made.push(...(await tenantRows(pool, people, Math.min(tenantsAtOnce, count - made.length), made.length)));
  return made;
}

async function tenantRows(pool: Pool, people: readonly UserId[], count: number, before: number): Promise<SmallTenant[]> {
  const { rows } = await pool.query<{ tenant_id: TenantId; workspace_id: WorkspaceId; user_id: UserId }>(insertTenants, [
    count,
    before,
    people,
  ]);
  return rows.map((row) => ({ tenantId: row.tenant_id, workspaceId: row.workspace_id, userId: row.user_id }));
}

const insertTenants = `WITH made AS (
    SELECT '01' || upper(substr(md5('t' || random()), 1, 24)) AS tenant_id, '01' || upper(substr(md5('w' || random()), 1, 24)) AS workspace_id,
      ($3::text[])[1 + (n + $2::integer) % cardinality($3::text[])] AS user_id
    FROM generate_series(1, $1::integer) AS n),
  tenant AS (
    INSERT INTO tenants (id, name, slug, metadata, state, version, created_at, updated_at)
    SELECT tenant_id, 'Bench', lower(tenant_id), '{}', 'active', 1, now(), now() FROM made),
  workspace AS (
    INSERT INTO workspaces (id, tenant_id, name, slug, inherits, state, version, created_at, updated_at)
    SELECT workspace_id, tenant_id, 'Bench', 'root', true, 'active', 1, now(), now() FROM made),
  member AS (
    INSERT INTO tenant_members (tenant_id, user_id, role, version, joined_at, updated_at)
    SELECT tenant_id, user_id, 'member', 1, now(), now() FROM made),
  viewer AS (
    INSERT INTO workspace_members (tenant_id, workspace_id, subject_type, subject_id, role, version, joined_at, updated_at)
    SELECT tenant_id, workspace_id, 'user', user_id, 'viewer', 1, now(), now() FROM made)
  SELECT tenant_id, workspace_id, user_id FROM made`;

/** What such a tenant is in the graph. */
export function edgesOf({ tenantId, workspaceId, userId }: SmallTenant): Relationship[] {
  const [tenant, workspace] = [
    { type: graph.tenant.type, id: tenantId },
    { type: graph.workspace.type, id: workspaceId },
  ];
  const user = { type: graph.user.type, id: userId };
  return [
    { resource: tenant, relation: graph.tenant.relations.platform, subject: { type: graph.platform.type, id: 'main' } },
    { resource: tenant, relation: graph.tenant.relations.member, subject: user },
    { resource: workspace, relation: graph.workspace.relations.tenant, subject: tenant },
    { resource: workspace, relation: graph.workspace.relations.viewer, subject: user },
  ];
}
