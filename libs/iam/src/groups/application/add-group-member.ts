import { tenantScope, UnitOfWork, type ExecutionContext, type GroupId, type TenantId, type UserId } from '#kernel';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { mustLieAhead } from '../../tenancy/index.ts';
import { GroupMembershipRepository } from '../domain/group-membership-repository.ts';
import type { GroupRole } from '../domain/group-role.ts';
import { GroupAccess } from './group-access.ts';
import { GroupRoster } from './group-roster.ts';

/**
 * By an admin of the group or of the tenant. Whoever was a member before comes back with this role and nothing else; one
 * whose membership is past its end is removed first.
 *
 * Throws `TenantNotFound`, `TenantSuspended`, `GroupNotFound`, `GroupAdminRequired`, `ExpiryBeyondOwn`, `ExpiryNotAhead`,
 * `ExpiryTooFar`, `UserNotInTenant`, `UserNotActive`, `AlreadyGroupMember`.
 */
export class AddGroupMember extends Command<{ version: number }> {
  constructor(
    readonly context: ExecutionContext,
    readonly input: {
      readonly tenantId: TenantId;
      readonly groupId: GroupId;
      readonly userId: UserId;
      readonly role: GroupRole;
      readonly expiresAt?: Date | null;
    },
  ) {
    super();
  }
}

@CommandHandler(AddGroupMember)
export class AddGroupMemberHandler implements ICommandHandler<AddGroupMember> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly access: GroupAccess,
    private readonly members: GroupMembershipRepository,
  ) {}

  async execute({ context, input }: AddGroupMember): Promise<{ version: number }> {
    const { tenantId, groupId, userId, role, expiresAt = null } = input;
    return this.unitOfWork.run(context, tenantScope(tenantId), async (tx) => {
      const { authority, at } = await this.access.lock(tx, tenantId, groupId, context.actor);
      authority.mustManage().mustLastUntil(expiresAt);
      mustLieAhead(expiresAt, at);
      const roster = await GroupRoster.read(this.members, tx, { tenantId, groupId, userIds: [userId], at });
      const { joined, over } = roster.join(userId, role, expiresAt);
      if (over !== null) await this.members.remove(tx, [over]);
      await this.members.add(tx, joined);
      return { version: joined.version };
    });
  }
}
