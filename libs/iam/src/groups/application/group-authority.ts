import type { Actor } from '#kernel';
import { earlierOf, ExpiryBeyondOwn, isOver, outlasts, type MembershipEnd } from '../../tenancy/index.ts';
import { GroupAdminRequired, GroupNotFound } from '../domain/errors.ts';
import { GROUP_ROLES } from '../domain/group-role.ts';
import type { GroupStanding } from '../domain/group-standing.ts';

/** What the actor may do in a group, judged by rows read in the transaction that does it. */
export class GroupAuthority {
  private constructor(
    private readonly manages: boolean,
    private readonly end: MembershipEnd,
  ) {}

  /** The product itself acts as an admin. Whoever may not see the group is told that there is none: `GroupNotFound`. */
  static of(actor: Actor, standing: GroupStanding | null, at: Date): GroupAuthority {
    if (actor.kind === 'system') return new GroupAuthority(true, null);
    if (standing === null || isOver(standing.tenantExpiresAt, at)) throw new GroupNotFound();
    const { tenantRole, tenantExpiresAt, groupRole, groupExpiresAt } = standing;
    if (tenantRole === 'admin') return new GroupAuthority(true, tenantExpiresAt);
    // A role written by a newer version, or by hand: never taken for one of those we know.
    const role = isOver(groupExpiresAt, at) ? undefined : GROUP_ROLES.find((known) => known === groupRole);
    if (role === undefined && tenantRole !== 'operator') throw new GroupNotFound();
    return new GroupAuthority(role === 'admin', earlierOf(tenantExpiresAt, groupExpiresAt));
  }

  /** Throws `GroupAdminRequired`. */
  mustManage(): this {
    if (!this.manages) throw new GroupAdminRequired();
    return this;
  }

  /** Throws `ExpiryBeyondOwn`. */
  mustLastUntil(end: MembershipEnd): this {
    if (outlasts(end, this.end)) throw new ExpiryBeyondOwn();
    return this;
  }
}
