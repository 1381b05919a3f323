import type { Actor, GroupId, TenantId, Transaction } from '#kernel';
import type { TenantAccess } from '../../tenancy/index.ts';
import { GroupNotFound } from '../domain/errors.ts';
import type { GroupMembershipRepository } from '../domain/group-membership-repository.ts';
import type { GroupRepository } from '../domain/group-repository.ts';
import type { Group } from '../domain/group.ts';
import { GroupAuthority } from './group-authority.ts';

/** A group that the transaction locked, and what the actor may do in it, read after that. */
export interface EnteredGroup {
  readonly group: Group;
  readonly authority: GroupAuthority;
  /** The moment by which this transaction judges what is over: one clock for all processes. */
  readonly at: Date;
}

/** How a command about the members of a group begins. */
export class GroupAccess {
  constructor(
    private readonly tenants: TenantAccess,
    private readonly groups: GroupRepository,
    private readonly members: GroupMembershipRepository,
  ) {}

  /** Commands about one group run one after the other. Throws `TenantNotFound`, `TenantSuspended`, `GroupNotFound`. */
  async lock(tx: Transaction, tenantId: TenantId, groupId: GroupId, actor: Actor): Promise<EnteredGroup> {
    // Sent together, run one after the other: the standing is read when the lock has been granted.
    const [, group, standing, at] = await Promise.all([
      this.tenants.hold(tx, tenantId, actor),
      this.groups.lock(tx, tenantId, groupId),
      actor.kind === 'user' ? this.members.standing(tx, tenantId, groupId, actor.id) : null,
      this.members.moment(tx),
    ]);
    if (group === null) throw new GroupNotFound();
    return { group, authority: GroupAuthority.of(actor, standing, at), at };
  }
}
