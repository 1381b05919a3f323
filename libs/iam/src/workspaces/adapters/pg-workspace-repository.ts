import { executorOf, onConstraint } from '#database';
import type { TenantId, Transaction, WorkspaceId } from '#kernel';
import { WorkspaceHasChildren, WorkspaceNameTaken, WorkspaceSlugTaken } from '../domain/errors.ts';
import type { WorkspaceMembership } from '../domain/workspace-membership.ts';
import { WorkspaceRepository } from '../domain/workspace-repository.ts';
import { Workspace, type WorkspaceSnapshot } from '../domain/workspace.ts';
import * as sql from './pg-workspace-sql.ts';

interface WorkspaceRow {
  readonly id: WorkspaceId;
  readonly tenant_id: TenantId;
  readonly parent_id: WorkspaceId | null;
  readonly name: string;
  readonly slug: string;
  readonly inherits: boolean;
  readonly state: WorkspaceSnapshot['state'];
  readonly version: number;
  readonly created_at: Date;
  readonly updated_at: Date;
}

const refusals = {
  workspaces_sibling_names: () => new WorkspaceNameTaken(),
  workspaces_slug_unique: () => new WorkspaceSlugTaken(),
  workspaces_parent_in_tenant: () => new WorkspaceHasChildren(),
};

export class PgWorkspaceRepository extends WorkspaceRepository {
  override async create(tx: Transaction, workspace: Workspace, owner: WorkspaceMembership | null): Promise<void> {
    const { id, tenantId, parentId, name, slug, inherits, state, version, createdAt } = workspace.snapshot;
    const member = owner === null ? [null, null, null, null] : ownerValues(owner);
    const values = [id, tenantId, parentId, name, slug, inherits, state, version, createdAt, ...member];
    await onConstraint(executorOf(tx).query(sql.create.text, values, sql.create.name), refusals);
    tx.collect(workspace);
    if (owner !== null) tx.collect(owner);
  }

  override async holdTree(tx: Transaction, tenantId: TenantId): Promise<void> {
    await executorOf(tx).query(sql.holdTree.text, [tenantId], sql.holdTree.name);
  }

  override async lockTree(tx: Transaction, tenantId: TenantId): Promise<void> {
    await executorOf(tx).query(sql.lockTree.text, [tenantId], sql.lockTree.name);
  }

  override async find(tx: Transaction, tenantId: TenantId, id: WorkspaceId): Promise<Workspace | null> {
    return (await workspacesBy(tx, sql.find, tenantId, id))[0] ?? null;
  }

  override async hold(tx: Transaction, tenantId: TenantId, id: WorkspaceId): Promise<Workspace | null> {
    return (await workspacesBy(tx, sql.hold, tenantId, id))[0] ?? null;
  }

  override async lock(tx: Transaction, tenantId: TenantId, id: WorkspaceId): Promise<Workspace | null> {
    return (await workspacesBy(tx, sql.lock, tenantId, id))[0] ?? null;
  }

  override lockBranch(tx: Transaction, tenantId: TenantId, id: WorkspaceId): Promise<readonly Workspace[]> {
    return workspacesBy(tx, sql.lockBranch, tenantId, id);
  }

  override async lineage(tx: Transaction, tenantId: TenantId, id: WorkspaceId): Promise<readonly WorkspaceId[]> {
    const { rows } = await executorOf(tx).query<{ id: WorkspaceId }>(sql.lineage.text, [tenantId, id], sql.lineage.name);
    return rows.map((row) => row.id);
  }

  override async height(tx: Transaction, tenantId: TenantId, id: WorkspaceId): Promise<number> {
    const { rows } = await executorOf(tx).query<{ height: number }>(sql.height.text, [tenantId, id], sql.height.name);
    return rows[0]?.height ?? 0;
  }

  override async hasChildren(tx: Transaction, tenantId: TenantId, id: WorkspaceId): Promise<boolean> {
    const { text, name } = sql.hasChildren;
    const { rows } = await executorOf(tx).query<{ has_children: boolean }>(text, [tenantId, id], name);
    return rows[0]?.has_children ?? false;
  }

  override async update(tx: Transaction, ...workspaces: readonly Workspace[]): Promise<void> {
    const changed = workspaces.map(({ snapshot }) => snapshot);
    const columns = [
      changed.map(({ id }) => id),
      changed.map(({ parentId }) => parentId),
      changed.map(({ name }) => name),
      changed.map(({ slug }) => slug),
      changed.map(({ inherits }) => inherits),
      changed.map(({ state }) => state),
      changed.map(({ version }) => version),
      changed.map(({ updatedAt }) => updatedAt),
    ];
    await onConstraint(executorOf(tx).query(sql.update.text, [changed[0]?.tenantId, ...columns], sql.update.name), refusals);
    for (const workspace of workspaces) tx.collect(workspace);
  }

  override async remove(tx: Transaction, workspace: Workspace): Promise<void> {
    const { tenantId, id } = workspace.snapshot;
    await onConstraint(executorOf(tx).query(sql.remove.text, [tenantId, id], sql.remove.name), refusals);
    tx.collect(workspace);
  }
}

function ownerValues({ snapshot: { subject, role, version, expiresAt } }: WorkspaceMembership): readonly unknown[] {
  return [subject.id, role, version, expiresAt];
}

async function workspacesBy(tx: Transaction, { text, name }: { text: string; name: string }, tenantId: TenantId, id: WorkspaceId) {
  return (await executorOf(tx).query<WorkspaceRow>(text, [tenantId, id], name)).rows.map(workspaceOf);
}

function workspaceOf({ tenant_id: tenantId, parent_id: parentId, ...row }: WorkspaceRow): Workspace {
  const { created_at: createdAt, updated_at: updatedAt, ...same } = row;
  return Workspace.rehydrate({ ...same, tenantId, parentId, createdAt, updatedAt });
}
