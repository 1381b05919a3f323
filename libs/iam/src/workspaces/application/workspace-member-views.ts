import type { PageOf, PageRequest, TenantId, WorkspaceId } from '#kernel';
import type { MemberSubject } from '../domain/member-subject.ts';
import type { WorkspaceRole } from '../domain/workspace-role.ts';

export interface WorkspaceMemberView {
  readonly tenant_id: TenantId;
  readonly workspace_id: WorkspaceId;
  readonly subject: MemberSubject;
  readonly role: WorkspaceRole;
  /** Null: for as long as nobody ends it. */
  readonly expires_at: string | null;
  /** Of the user, or of the group. */
  readonly name: string | null;
  /** Null for a group. */
  readonly email: string | null;
  /** The user's status: whoever is not active has no access, whatever the role. Null for a group. */
  readonly status: string | null;
  readonly version: number;
  readonly joined_at: string;
  readonly updated_at: string;
}

/** Read straight from the tables; each is one statement. What is over is not there. */
export abstract class WorkspaceMemberViews {
  abstract member(workspace: { tenantId: TenantId; workspaceId: WorkspaceId }, subject: MemberSubject): Promise<WorkspaceMemberView | null>;

  /** Groups first, then users, each in order of their ids; a page goes on after `<type>:<id>`. */
  abstract members(workspace: { tenantId: TenantId; workspaceId: WorkspaceId }, page: PageRequest): Promise<PageOf<WorkspaceMemberView>>;
}
