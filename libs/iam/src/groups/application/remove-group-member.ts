import { tenantScope, UnitOfWork, type ExecutionContext, type GroupId, type TenantId, type UserId } from '#kernel';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { GroupMembershipRepository } from '../domain/group-membership-repository.ts';
import { GroupAccess } from './group-access.ts';
import { GroupRoster } from './group-roster.ts';

/**
 * By an admin of the group or of the tenant.
 *
 * Throws `TenantNotFound`, `TenantSuspended`, `GroupNotFound`, `GroupAdminRequired`, `GroupMemberNotFound`,
 * `VersionMismatch`, `LastGroupAdmin`.
 */
export class RemoveGroupMember extends Command<{ version: number }> {
  constructor(
    readonly context: ExecutionContext,
    readonly input: {
      readonly tenantId: TenantId;
      readonly groupId: GroupId;
      readonly userId: UserId;
      readonly expectedVersion: number;
    },
  ) {
    super();
  }
}

@CommandHandler(RemoveGroupMember)
export class RemoveGroupMemberHandler implements ICommandHandler<RemoveGroupMember> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly access: GroupAccess,
    private readonly members: GroupMembershipRepository,
  ) {}

  async execute({ context, input }: RemoveGroupMember): Promise<{ version: number }> {
    const { tenantId, groupId, userId, expectedVersion } = input;
    return this.unitOfWork.run(context, tenantScope(tenantId), async (tx) => {
      const { authority, at } = await this.access.lock(tx, tenantId, groupId, context.actor);
      authority.mustManage();
      const roster = await GroupRoster.read(this.members, tx, { tenantId, groupId, userIds: [userId], at });
      roster.member(userId).expectVersion(expectedVersion);
      const removed = roster.remove(userId);
      await this.members.remove(tx, [removed]);
      return { version: removed.version };
    });
  }
}
