import { UlidGenerator, type TenantId, type UserId, type WorkspaceId } from '#kernel';
import { Workspace } from '../../libs/iam/src/workspaces/domain/workspace.ts';
import { workspaceName } from '../../libs/iam/src/workspaces/domain/workspace-name.ts';
import { slugDerivedFrom } from '../../libs/iam/src/workspaces/domain/workspace-slug.ts';
import { WorkspaceMembership } from '../../libs/iam/src/workspaces/domain/workspace-membership.ts';

const ids = new UlidGenerator();

export interface Parent {
  readonly tenantId: TenantId;
  readonly userId: UserId;
  readonly workspaceId: WorkspaceId;
}

export interface ChildWorkspace {
  readonly workspace: Workspace;
  readonly owner: WorkspaceMembership;
}

/** A workspace below the parent that nobody made before, with its owner: two rows and two events. */
export function childWorkspace({ tenantId, userId, workspaceId: parentId }: Parent): ChildWorkspace {
  const at = new Date();
  const id = ids.next<WorkspaceId>();
  const name = workspaceName(`Bench ${id}`);
  const root = { id: parentId, tenantId, parentId: null, name: 'Root', slug: 'root', inherits: true, state: 'active' } as const;
  const parent = Workspace.rehydrate({ ...root, version: 1, createdAt: at, updatedAt: at });
  const workspace = Workspace.openBelow(parent, { id, name, slug: slugDerivedFrom(name, id), inherits: true }, at);
  return { workspace, owner: WorkspaceMembership.found({ tenantId, workspaceId: id, userId, role: 'owner' }, at) };
}

/** All that is stored of it, for whoever stores it another way than the product does. */
export function rowsOf({ workspace, owner }: ChildWorkspace, bucket: number) {
  const { id, tenantId, parentId, name, slug, createdAt } = workspace.snapshot;
  const { subject } = owner.snapshot;
  const events = [...workspace.pullEvents(), ...owner.pullEvents()].map((event) => ({
    id: ids.next<string>(),
    bucket,
    tenant_id: tenantId,
    aggregate_type: event.aggregateType,
    aggregate_id: event.aggregateId,
    aggregate_version: event.aggregateVersion,
    type: event.type,
    schema_version: event.schemaVersion,
    revoking: event.revoking,
    payload: event.payload,
    metadata: { actor: { kind: 'user', id: subject.id }, request_id: 'bench' },
    occurred_at: createdAt,
  }));
  const times = { version: 1, updated_at: createdAt };
  return {
    workspace: {
      id,
      tenant_id: tenantId,
      parent_id: parentId,
      name,
      slug,
      inherits: true,
      state: 'active',
      created_at: createdAt,
      ...times,
    },
    member: {
      tenant_id: tenantId,
      workspace_id: id,
      subject_type: 'user',
      subject_id: subject.id,
      role: 'owner',
      joined_at: createdAt,
      ...times,
    },
    events,
  };
}

export type ChildRows = ReturnType<typeof rowsOf>;
