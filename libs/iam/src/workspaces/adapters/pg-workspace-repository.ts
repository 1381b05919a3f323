import { executorOf } from '#database';
import type { Transaction } from '#kernel';
import type { WorkspaceMembership } from '../domain/workspace-membership.ts';
import { WorkspaceRepository } from '../domain/workspace-repository.ts';
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

export class PgWorkspaceRepository extends WorkspaceRepository {
  override async createRoot(tx: Transaction, root: Workspace, owner: WorkspaceMembership | null): Promise<void> {
    const { id, tenantId, name, slug, inherits, state, version, createdAt } = root.snapshot;
    const member = owner === null ? [null, null, null] : [owner.snapshot.subject.id, owner.snapshot.role, owner.snapshot.version];
    const values = [id, tenantId, name, slug, inherits, state, version, createdAt, ...member];
    await executorOf(tx).query(createRoot.text, values, createRoot.name);
    tx.collect(root);
    if (owner !== null) tx.collect(owner);
  }
}
