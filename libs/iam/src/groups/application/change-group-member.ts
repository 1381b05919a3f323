import { tenantScope, UnitOfWork, type ExecutionContext, type GroupId, type TenantId, type UserId } from '#kernel';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { mustLieAhead, OwnExpiry, sameEnd } from '../../tenancy/index.ts';
import { GroupMembershipRepository } from '../domain/group-membership-repository.ts';
import type { GroupMembership } from '../domain/group-membership.ts';
import { groupRoleOutranks, type GroupRole } from '../domain/group-role.ts';
import { GroupAccess, type EnteredGroup } from './group-access.ts';
import { GroupRoster } from './group-roster.ts';

/**
 * By an admin of the group or of the tenant, also of their own role, but not of their own end. Absent members stay; a null
 * `expiresAt` removes the end. The day of joining stays.
 *
 * Throws `TenantNotFound`, `TenantSuspended`, `GroupNotFound`, `GroupAdminRequired`, `GroupMemberNotFound`,
 * `VersionMismatch`, `OwnExpiry`, `ExpiryBeyondOwn`, `ExpiryNotAhead`, `ExpiryTooFar`, `LastGroupAdmin`.
 */
export class ChangeGroupMember extends Command<{ version: number }> {
  constructor(
    readonly context: ExecutionContext,
    readonly input: {
      readonly tenantId: TenantId;
      readonly groupId: GroupId;
      readonly userId: UserId;
      readonly expectedVersion: number;
      readonly role?: GroupRole;
      readonly expiresAt?: Date | null;
    },
  ) {
    super();
  }
}

@CommandHandler(ChangeGroupMember)
export class ChangeGroupMemberHandler implements ICommandHandler<ChangeGroupMember> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly access: GroupAccess,
    private readonly members: GroupMembershipRepository,
  ) {}

  async execute({ context, input }: ChangeGroupMember): Promise<{ version: number }> {
    const { tenantId, groupId, userId, expectedVersion } = input;
    return this.unitOfWork.run(context, tenantScope(tenantId), async (tx) => {
      const entered = await this.access.lock(tx, tenantId, groupId, context.actor);
      entered.authority.mustManage();
      const roster = await GroupRoster.read(this.members, tx, { tenantId, groupId, userIds: [userId], at: entered.at });
      const membership = roster.member(userId);
      membership.expectVersion(expectedVersion);
      const { role = membership.role, expiresAt = membership.expiresAt } = input;
      if (!sameEnd(expiresAt, membership.expiresAt) && context.actor.id === userId) throw new OwnExpiry();
      mustBeAbleToGive(entered, membership, role, expiresAt);
      apply(membership, role, expiresAt, roster.others(userId), entered.at);
      await this.members.update(tx, membership);
      return { version: membership.version };
    });
  }
}

/** Both a later end and a higher role are given, for as long as the membership then lasts. */
function mustBeAbleToGive({ authority, at }: EnteredGroup, before: GroupMembership, role: GroupRole, expiresAt: Date | null): void {
  const otherEnd = !sameEnd(expiresAt, before.expiresAt);
  if (otherEnd) mustLieAhead(expiresAt, at);
  if (otherEnd || groupRoleOutranks(role, before.role)) authority.mustLastUntil(expiresAt);
}

/** A new admin never was one without an end, and a former one may get any: so the rule about the last admin is asked once. */
function apply(
  membership: GroupMembership,
  role: GroupRole,
  expiresAt: Date | null,
  others: { readonly anotherStays: boolean },
  at: Date,
): void {
  if (groupRoleOutranks(role, membership.role)) {
    membership.changeEnd(expiresAt, others, at);
    membership.changeRole(role, others, at);
  } else {
    membership.changeRole(role, others, at);
    membership.changeEnd(expiresAt, others, at);
  }
}
