import { AggregateRoot, type TenantId, type UserId, type WorkspaceId } from '#kernel';
import type { WorkspaceMemberEvent } from './events.ts';
import type { WorkspaceRole } from './workspace-role.ts';

export interface WorkspaceMembershipSnapshot {
  readonly tenantId: TenantId;
  readonly workspaceId: WorkspaceId;
  readonly userId: UserId;
  readonly role: WorkspaceRole;
  readonly version: number;
  readonly joinedAt: Date;
  readonly updatedAt: Date;
}

type NewMember = Pick<WorkspaceMembershipSnapshot, 'tenantId' | 'workspaceId' | 'userId' | 'role'>;

/** A user's one role in one workspace, identified by both. */
export class WorkspaceMembership extends AggregateRoot<WorkspaceMemberEvent> {
  private constructor(
    private readonly fields: Omit<WorkspaceMembershipSnapshot, 'version'>,
    version: number,
  ) {
    super('workspace_membership', version);
  }

  /** The one who made the workspace: it is new, so nobody was a member before. */
  static found(member: NewMember, at: Date): WorkspaceMembership {
    const founder = new WorkspaceMembership({ ...member, joinedAt: at, updatedAt: at }, 0);
    const { tenantId, workspaceId, userId, role } = member;
    const payload = { tenantId, workspaceId, subjectType: 'user', subjectId: userId, role, expiresAt: null } as const;
    founder.record({ type: 'workspaces.member_added', schemaVersion: 1, revoking: false, occurredAt: at, payload });
    return founder;
  }

  /** From storage: records nothing. */
  static rehydrate({ version, ...fields }: WorkspaceMembershipSnapshot): WorkspaceMembership {
    return new WorkspaceMembership(fields, version);
  }

  get snapshot(): WorkspaceMembershipSnapshot {
    return { ...this.fields, version: this.version };
  }

  protected override get aggregateId(): string {
    return `${this.fields.workspaceId}:user:${this.fields.userId}`;
  }

  protected override get owningTenant(): TenantId {
    return this.fields.tenantId;
  }

  /** Together with the membership of the tenant; then not even the last owner is kept: the tenant's admins can own. */
  offboard(at: Date): void {
    const { tenantId, workspaceId, userId, role: previousRole } = this.fields;
    const payload = { tenantId, workspaceId, subjectType: 'user', subjectId: userId, previousRole } as const;
    this.record({ type: 'workspaces.member_removed', schemaVersion: 1, revoking: true, occurredAt: at, payload });
  }
}
