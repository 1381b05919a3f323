import { executorOf } from '#database';
import type { TenantId, Transaction, UserId, WorkspaceId } from '#kernel';
import { WorkspaceMembership } from '../domain/workspace-membership.ts';
import { WorkspaceRepository } from '../domain/workspace-repository.ts';
import type { WorkspaceRole } from '../domain/workspace-role.ts';
import type { Workspace } from '../domain/workspace.ts';

/** Workspace and owner in one statement; without an owner the second insert has nothing to insert. */
const createRoot = {
  name: 'workspace_create_root',
  text: `WITH workspace AS (
      INSERT INTO workspaces (id, tenant_id, parent_id, name, slug, inherits, state, version, created_at, updated_at)
      VALUES ($1, $2, NULL, $3, $4, $5, $6, $7, $8, $8)
    )
    INSERT INTO workspace_members (tenant_id, workspace_id, subject_type, subject_id, role, version, joined_at, updated_at)
    SELECT $2, $1, 'user', $9::text, $10, $11, $8, $8 WHERE $9 IS NOT NULL`,
};

const lockMembershipsOf = {
  name: 'workspace_members_lock_of_user',
  text: `SELECT workspace_id, role, version, joined_at, updated_at FROM workspace_members
    WHERE tenant_id = $1 AND user_id = $2 ORDER BY workspace_id FOR UPDATE`,
};

const removeMemberships = {
  name: 'workspace_members_remove',
  text: `WITH gone (tenant_id, workspace_id, user_id, version) AS (
      SELECT tenant_id, workspace_id, user_id, version
      FROM unnest($1::text[], $2::text[], $3::text[], $4::integer[]) AS removed (tenant_id, workspace_id, user_id, version)
    ), deleted AS (
      DELETE FROM workspace_members m USING gone
      WHERE m.tenant_id = gone.tenant_id AND m.workspace_id = gone.workspace_id AND m.user_id = gone.user_id
    )
    INSERT INTO removed_memberships (tenant_id, scope_type, scope_id, subject_type, subject_id, version, removed_at)
    SELECT tenant_id, 'workspace', workspace_id, 'user', user_id, version, now() FROM gone
    ON CONFLICT (tenant_id, scope_type, scope_id, subject_type, subject_id)
    DO UPDATE SET version = EXCLUDED.version, removed_at = EXCLUDED.removed_at`,
};

interface MembershipRow {
  readonly workspace_id: WorkspaceId;
  readonly role: WorkspaceRole;
  readonly version: number;
  readonly joined_at: Date;
  readonly updated_at: Date;
}

export class PgWorkspaceRepository extends WorkspaceRepository {
  override async createRoot(tx: Transaction, root: Workspace, owner: WorkspaceMembership | null): Promise<void> {
    const { id, tenantId, name, slug, inherits, state, version, createdAt } = root.snapshot;
    const member = owner === null ? [null, null, null] : [owner.snapshot.userId, owner.snapshot.role, owner.snapshot.version];
    const values = [id, tenantId, name, slug, inherits, state, version, createdAt, ...member];
    await executorOf(tx).query(createRoot.text, values, createRoot.name);
    tx.collect(root);
    if (owner !== null) tx.collect(owner);
  }

  override async lockMembershipsOf(tx: Transaction, tenantId: TenantId, userId: UserId): Promise<readonly WorkspaceMembership[]> {
    const { rows } = await executorOf(tx).query<MembershipRow>(lockMembershipsOf.text, [tenantId, userId], lockMembershipsOf.name);
    return rows.map(({ workspace_id: workspaceId, role, version, joined_at: joinedAt, updated_at: updatedAt }) =>
      WorkspaceMembership.rehydrate({ tenantId, workspaceId, userId, role, version, joinedAt, updatedAt }),
    );
  }

  override async removeMemberships(tx: Transaction, memberships: readonly WorkspaceMembership[]): Promise<void> {
    const removed = memberships.map((membership) => membership.snapshot);
    const columns = [
      removed.map(({ tenantId }) => tenantId),
      removed.map(({ workspaceId }) => workspaceId),
      removed.map(({ userId }) => userId),
      removed.map(({ version }) => version),
    ];
    await executorOf(tx).query(removeMemberships.text, columns, removeMemberships.name);
    for (const membership of memberships) tx.collect(membership);
  }
}
