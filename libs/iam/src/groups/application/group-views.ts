import type { GroupId, PageOf, PageRequest, TenantId, UserId } from '#kernel';
import type { GroupRole } from '../domain/group-role.ts';

export interface GroupView {
  readonly id: GroupId;
  readonly tenant_id: TenantId;
  readonly name: string;
  readonly description: string | null;
  readonly version: number;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface GroupMemberView {
  readonly tenant_id: TenantId;
  readonly group_id: GroupId;
  readonly user_id: UserId;
  readonly role: GroupRole;
  readonly email: string | null;
  readonly display_name: string | null;
  /** The user's status: whoever is not active has no access, whatever the role. */
  readonly status: string;
  /** When the membership ends by itself; null: when somebody ends it. */
  readonly expires_at: string | null;
  readonly version: number;
  readonly joined_at: string;
  readonly updated_at: string;
}

/** Read straight from the tables; each is one statement. Lists are in order of the ids. Who is past their end, here or in the tenant, is not there. */
export abstract class GroupViews {
  abstract group(tenantId: TenantId, groupId: GroupId): Promise<GroupView | null>;

  /** Those that `viewerId` is in; for an operator or admin of the tenant all. Absent: all. */
  abstract groups(tenantId: TenantId, page: PageRequest & { readonly viewerId?: UserId }): Promise<PageOf<GroupView>>;

  abstract member(tenantId: TenantId, groupId: GroupId, userId: UserId): Promise<GroupMemberView | null>;

  abstract members(tenantId: TenantId, groupId: GroupId, page: PageRequest): Promise<PageOf<GroupMemberView>>;
}
