import type { GroupId, TenantId, Transaction } from '#kernel';
import type { GroupMembershipRepository } from '../domain/group-membership-repository.ts';
import type { GroupRepository } from '../domain/group-repository.ts';
import type { Group } from '../domain/group.ts';

/** What a group has in another module, which ends with it. */
export interface RolesOfGroups {
  endRolesOfGroup(tx: Transaction, tenantId: TenantId, groupId: GroupId, at: Date): Promise<void>;
}

/** The end of a group and of everything that rests on it. */
export class GroupEnding {
  constructor(
    private readonly groups: GroupRepository,
    private readonly members: GroupMembershipRepository,
    private readonly workspaces: RolesOfGroups,
  ) {}

  /** Under the lock on the tenant. In the order in which everything below it is locked: workspaces before groups. */
  async end(tx: Transaction, tenantId: TenantId, group: Group, at: Date): Promise<void> {
    await this.workspaces.endRolesOfGroup(tx, tenantId, group.id, at);
    const memberships = await this.members.lockAll(tx, tenantId, group.id);
    for (const membership of memberships) membership.end(at);
    if (memberships.length > 0) await this.members.remove(tx, memberships);
    group.delete(at);
    await this.groups.delete(tx, group);
  }
}
