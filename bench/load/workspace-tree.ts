import { graph, type Relationship } from '#authorization';
import type { TenantId, UserId, WorkspaceId } from '#kernel';
import type { Pool } from 'pg';
import type { BareGraph } from './bare-graph.ts';

const perCall = 500;

/** A tree of two levels below the root: as many branches as each of them has leaves, about `size` workspaces in all. */
export class WorkspaceTree {
  private constructor(
    private readonly pool: Pool,
    private readonly bare: BareGraph,
    private readonly tenantId: TenantId,
    readonly branches: readonly WorkspaceId[],
    readonly leaves: readonly WorkspaceId[],
  ) {}

  /** As rows, and straight into the graph: what is measured is how it is read. */
  static async grow(at: { pool: Pool; graph: BareGraph; tenantId: TenantId; root: WorkspaceId }, size: number): Promise<WorkspaceTree> {
    const { pool, graph: bare, tenantId, root } = at;
    const each = Math.max(2, Math.round(Math.sqrt(size)));
    const below = async (parents: readonly WorkspaceId[], count: number): Promise<WorkspaceId[]> => {
      const { rows } = await pool.query<{ id: WorkspaceId; parent_id: WorkspaceId }>(insertBelow, [tenantId, parents, count]);
      const edges = rows.flatMap(({ id, parent_id: parent }) => [
        edge(id, graph.workspace.relations.tenant, { type: graph.tenant.type, id: tenantId }),
        edge(id, graph.workspace.relations.inherits, { type: graph.workspace.type, id: parent }),
      ]);
      await write(bare, edges);
      return rows.map(({ id }) => id);
    };
    const branches = await below([root], each);
    return new WorkspaceTree(pool, bare, tenantId, branches, await below(branches, each - 1));
  }

  async letView(userId: UserId, workspaces: readonly WorkspaceId[]): Promise<void> {
    if (workspaces.length === 0) return;
    await this.pool.query(insertViewer, [this.tenantId, userId, workspaces]);
    const viewer = { type: graph.user.type, id: userId };
    await write(
      this.bare,
      workspaces.map((id) => edge(id, graph.workspace.relations.viewer, viewer)),
    );
  }
}

const insertBelow = `INSERT INTO workspaces (id, tenant_id, parent_id, name, slug, inherits, state, version, created_at, updated_at)
  SELECT made.id, $1, made.parent, made.id, lower(made.id), true, 'active', 1, now(), now()
  FROM (SELECT '01' || upper(substr(md5(parent || n), 1, 24)) AS id, parent FROM unnest($2::text[]) AS parent, generate_series(1, $3::integer) AS n) made
  RETURNING id, parent_id`;

const insertViewer = `INSERT INTO workspace_members (tenant_id, workspace_id, subject_type, subject_id, role, version, joined_at, updated_at)
  SELECT $1, id, 'user', $2, 'viewer', 1, now(), now() FROM unnest($3::text[]) AS id`;

const edge = (id: WorkspaceId, relation: string, subject: Relationship['subject']): Relationship => ({
  resource: { type: graph.workspace.type, id },
  relation,
  subject,
});

const write = (bare: BareGraph, edges: readonly Relationship[]) =>
  bare.writeAll(
    edges.map((relationship) => ({ operation: 'touch', relationship })),
    perCall,
    1,
  );
