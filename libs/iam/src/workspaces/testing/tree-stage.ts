import { InMemoryIam } from '#iam/testing';
import type { TenantId, UserId, WorkspaceId } from '#kernel';
import { userSubject } from '../domain/member-subject.ts';
import type { WorkspaceSnapshot } from '../domain/workspace.ts';

/**
 * A tenant with a root, `top` below it and `bottom` below that. Ada administers the tenant, Olga operates it, Wes owns `top`,
 * Max manages it, Vic may look at it; Mia is only a member of the tenant, and Eve of nothing.
 */
export class TreeStage {
  readonly iam = new InMemoryIam();
  readonly ada = this.iam.aUser();
  readonly olga = this.iam.aUser();
  readonly wes = this.iam.aUser();
  readonly max = this.iam.aUser();
  readonly vic = this.iam.aUser();
  readonly mia = this.iam.aUser();
  readonly eve = this.iam.aUser();
  readonly tenantId: TenantId = this.iam.aTenantWith({
    admin: [this.ada],
    operator: [this.olga],
    member: [this.wes, this.max, this.vic, this.mia],
  });
  readonly root: WorkspaceId = this.iam.aWorkspaceIn(this.tenantId);
  readonly top: WorkspaceId = this.below(this.root, { name: 'Top' });
  readonly bottom: WorkspaceId = this.below(this.top, { name: 'Bottom' });

  constructor() {
    for (const [userId, role] of [[this.wes, 'owner'] as const, [this.max, 'admin'] as const, [this.vic, 'viewer'] as const]) {
      this.iam.holds(this.tenantId, this.top, userSubject(userId), role);
    }
  }

  /** There is another child. */
  below(parentId: WorkspaceId, differences: Partial<WorkspaceSnapshot> = {}): WorkspaceId {
    return this.iam.aWorkspaceIn(this.tenantId, { parentId, ...differences });
  }

  row(id: WorkspaceId): WorkspaceSnapshot | undefined {
    return this.iam.workspaceRows.workspaces.get(id);
  }

  /** What was told since the last call. */
  told(): string[] {
    return this.iam.unitOfWork.newEventTypes();
  }

  is(userId: UserId, workspaceId: WorkspaceId): string | undefined {
    return this.iam.workspaceRows.members.find({ workspaceId }, userSubject(userId))?.role;
  }
}
