import { tenantScope, UnitOfWork, type ExecutionContext, type GroupId, type TenantId } from '#kernel';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { GroupNotFound } from '../domain/errors.ts';
import { GroupMembershipRepository } from '../domain/group-membership-repository.ts';
import { GroupAccess } from './group-access.ts';
import { GroupRoster } from './group-roster.ts';

/**
 * The acting user's own membership.
 *
 * Throws `TenantNotFound`, `TenantSuspended`, `GroupNotFound`, `GroupMemberNotFound`, `LastGroupAdmin`.
 */
export class LeaveGroup extends Command<{ version: number }> {
  constructor(
    readonly context: ExecutionContext,
    readonly input: { readonly tenantId: TenantId; readonly groupId: GroupId },
  ) {
    super();
  }
}

@CommandHandler(LeaveGroup)
export class LeaveGroupHandler implements ICommandHandler<LeaveGroup> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly access: GroupAccess,
    private readonly members: GroupMembershipRepository,
  ) {}

  async execute({ context, input: { tenantId, groupId } }: LeaveGroup): Promise<{ version: number }> {
    const { actor } = context;
    if (actor.kind !== 'user') throw new GroupNotFound();
    return this.unitOfWork.run(context, tenantScope(tenantId), async (tx) => {
      const { at } = await this.access.lock(tx, tenantId, groupId, actor);
      const roster = await GroupRoster.read(this.members, tx, { tenantId, groupId, userIds: [actor.id], at });
      const removed = roster.remove(actor.id);
      await this.members.remove(tx, [removed]);
      return { version: removed.version };
    });
  }
}
