import { AggregateRoot, type TenantId, type WorkspaceId } from '#kernel';
import type { WorkspaceCreated } from './events.ts';

export const ROOT_WORKSPACE_SLUG = 'root';

export interface WorkspaceSnapshot {
  readonly id: WorkspaceId;
  readonly tenantId: TenantId;
  /** Null for the root of the tenant's tree. */
  readonly parentId: WorkspaceId | null;
  readonly name: string;
  readonly slug: string;
  /** Whether roles in the parent count here as well. */
  readonly inherits: boolean;
  readonly state: 'active' | 'archived';
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** A node of its tenant's tree. */
export class Workspace extends AggregateRoot<WorkspaceCreated> {
  private constructor(private readonly fields: Omit<WorkspaceSnapshot, 'version'>) {
    super('workspace', 0);
  }

  /** The root of a new tenant, named like it: the name has passed the tenant's rules, which are the same. */
  static openRoot(root: { id: WorkspaceId; tenantId: TenantId; name: string }, at: Date): Workspace {
    const node = { ...root, parentId: null, slug: ROOT_WORKSPACE_SLUG, inherits: true };
    const workspace = new Workspace({ ...node, state: 'active', createdAt: at, updatedAt: at });
    const { id: workspaceId, ...payload } = node;
    workspace.record({
      type: 'workspaces.workspace_created',
      schemaVersion: 1,
      revoking: false,
      occurredAt: at,
      payload: { workspaceId, ...payload },
    });
    return workspace;
  }

  get id(): WorkspaceId {
    return this.fields.id;
  }

  get snapshot(): WorkspaceSnapshot {
    return { ...this.fields, version: this.version };
  }

  protected override get aggregateId(): string {
    return this.id;
  }

  protected override get owningTenant(): TenantId {
    return this.fields.tenantId;
  }
}
