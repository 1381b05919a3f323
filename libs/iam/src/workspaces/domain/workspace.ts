import { AggregateRoot, type TenantId, type WorkspaceId } from '#kernel';
import { ParentWorkspaceArchived, RootWorkspaceStays, WorkspaceArchived, WorkspaceMovedIntoItself } from './errors.ts';
import type { WorkspaceChanged, WorkspaceLifecycleEvent } from './events.ts';
import type { WorkspaceName } from './workspace-name.ts';
import type { WorkspaceSlug } from './workspace-slug.ts';

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

export interface NewChild {
  readonly id: WorkspaceId;
  readonly name: WorkspaceName;
  readonly slug: WorkspaceSlug;
  readonly inherits: boolean;
}

/** Absent members stay as they are. */
export interface WorkspaceChange {
  readonly name?: WorkspaceName;
  readonly slug?: WorkspaceSlug;
}

/** A node of its tenant's tree. Rules about the nodes around it rest on what the transaction has locked. */
export class Workspace extends AggregateRoot<WorkspaceLifecycleEvent> {
  private constructor(
    private fields: Omit<WorkspaceSnapshot, 'version'>,
    version = 0,
  ) {
    super('workspace', version);
  }

  /** The root of a new tenant, named like it: the name has passed the tenant's rules, which are the same. */
  static openRoot(root: { id: WorkspaceId; tenantId: TenantId; name: string }, at: Date): Workspace {
    return Workspace.open({ ...root, parentId: null, slug: ROOT_WORKSPACE_SLUG, inherits: true }, at);
  }

  /** Throws `WorkspaceArchived`. */
  static openBelow(parent: Workspace, child: NewChild, at: Date): Workspace {
    parent.mustBeActive();
    return Workspace.open({ ...child, tenantId: parent.fields.tenantId, parentId: parent.id }, at);
  }

  /** From storage: records nothing. */
  static rehydrate({ version, ...fields }: WorkspaceSnapshot): Workspace {
    return new Workspace(fields, version);
  }

  private static open(node: Omit<WorkspaceSnapshot, 'state' | 'version' | 'createdAt' | 'updatedAt'>, at: Date): Workspace {
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

  /** Null for the root. */
  get parentId(): WorkspaceId | null {
    return this.fields.parentId;
  }

  get isArchived(): boolean {
    return this.fields.state === 'archived';
  }

  protected override get aggregateId(): string {
    return this.id;
  }

  protected override get owningTenant(): TenantId {
    return this.fields.tenantId;
  }

  private get named(): { tenantId: TenantId; workspaceId: WorkspaceId } {
    return { tenantId: this.fields.tenantId, workspaceId: this.id };
  }

  /** Changes nothing, and records nothing, when all is as it was. Throws `WorkspaceArchived`. */
  change({ name, slug }: WorkspaceChange, at: Date): void {
    this.mustBeActive();
    const changed: WorkspaceChanged['payload']['changed'][number][] = [];
    if (name !== undefined && name !== this.fields.name) changed.push('name');
    if (slug !== undefined && slug !== this.fields.slug) changed.push('slug');
    if (changed.length === 0) return;
    this.fields = { ...this.fields, ...(name !== undefined && { name }), ...(slug !== undefined && { slug }), updatedAt: at };
    const payload = { ...this.named, name: this.fields.name, slug: this.fields.slug, changed };
    this.record({ type: 'workspaces.workspace_changed', schemaVersion: 1, revoking: false, occurredAt: at, payload });
  }

  /**
   * With everything below it. `lineage` is the new parent and all its ancestors. Does nothing when it is there already.
   *
   * Throws `RootWorkspaceStays`, `WorkspaceArchived` (of either), `WorkspaceMovedIntoItself`.
   */
  moveBelow(parent: Workspace, lineage: readonly WorkspaceId[], at: Date): void {
    const previousParentId = this.mustHaveParent();
    this.mustBeActive();
    parent.mustBeActive();
    if (lineage.includes(this.id)) throw new WorkspaceMovedIntoItself();
    if (parent.id === previousParentId) return;
    this.fields = { ...this.fields, parentId: parent.id, updatedAt: at };
    const payload = { ...this.named, previousParentId, parentId: parent.id };
    this.record({ type: 'workspaces.workspace_moved', schemaVersion: 1, revoking: true, occurredAt: at, payload });
  }

  /** Whether roles of the parent count here. Does nothing when that is so already. Throws `RootWorkspaceStays`, `WorkspaceArchived`. */
  changeInheritance(inherits: boolean, at: Date): void {
    const parentId = this.mustHaveParent();
    this.mustBeActive();
    if (inherits === this.fields.inherits) return;
    this.fields = { ...this.fields, inherits, updatedAt: at };
    const payload = { ...this.named, parentId, inherits };
    const type = 'workspaces.workspace_inheritance_changed';
    this.record({ type, schemaVersion: 1, revoking: !inherits, occurredAt: at, payload });
  }

  /** Nothing active may be left below it. Throws `RootWorkspaceStays`, `WorkspaceArchived`. */
  archive(at: Date): void {
    this.mustHaveParent();
    this.mustBeActive();
    this.fields = { ...this.fields, state: 'archived', updatedAt: at };
    this.record({ type: 'workspaces.workspace_archived', schemaVersion: 1, revoking: true, occurredAt: at, payload: this.named });
  }

  /** It alone: what was archived with it stays so. Does nothing when it is active. Throws `ParentWorkspaceArchived`. */
  unarchive({ parentIsArchived }: { readonly parentIsArchived: boolean }, at: Date): void {
    if (!this.isArchived) return;
    if (parentIsArchived) throw new ParentWorkspaceArchived();
    this.fields = { ...this.fields, state: 'active', updatedAt: at };
    this.record({ type: 'workspaces.workspace_unarchived', schemaVersion: 1, revoking: false, occurredAt: at, payload: this.named });
  }

  /** Archived or not. Nothing may be left below it. Throws `RootWorkspaceStays`. */
  delete(at: Date): void {
    const payload = { ...this.named, parentId: this.mustHaveParent(), name: this.fields.name };
    this.record({ type: 'workspaces.workspace_deleted', schemaVersion: 1, revoking: true, occurredAt: at, payload });
  }

  /** Throws `WorkspaceArchived`. */
  mustBeActive(): void {
    if (this.isArchived) throw new WorkspaceArchived();
  }

  private mustHaveParent(): WorkspaceId {
    if (this.fields.parentId === null) throw new RootWorkspaceStays();
    return this.fields.parentId;
  }
}
