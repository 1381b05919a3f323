import type { GroupRole } from './group-role.ts';

/** What a user is in a tenant and in one of its groups at this moment. */
export interface GroupStanding {
  /** Of the tenant: admins and operators see every group, admins manage every group. */
  readonly tenantRole: string;
  readonly tenantExpiresAt: Date | null;
  /** Null for who is not in the group. */
  readonly groupRole: GroupRole | null;
  readonly groupExpiresAt: Date | null;
}
