import { Clock, tenantScope, UnitOfWork, type ExecutionContext, type TenantId, type WorkspaceId } from '#kernel';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { WorkspaceMemberNotFound } from '../domain/member-errors.ts';
import { userSubject } from '../domain/member-subject.ts';
import { WorkspaceMembershipRepository } from '../domain/workspace-membership-repository.ts';
import { WorkspaceMemberAccess } from './workspace-member-access.ts';

/**
 * The acting user's own role here, not what comes down from above or through groups.
 *
 * Throws what `WorkspaceMemberAccess.enter` throws, and `WorkspaceMemberNotFound`, `LastWorkspaceOwner`.
 */
export class LeaveWorkspace extends Command<{ version: number }> {
  constructor(
    readonly context: ExecutionContext,
    readonly input: { readonly tenantId: TenantId; readonly workspaceId: WorkspaceId },
  ) {
    super();
  }
}

@CommandHandler(LeaveWorkspace)
export class LeaveWorkspaceHandler implements ICommandHandler<LeaveWorkspace> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly access: WorkspaceMemberAccess,
    private readonly members: WorkspaceMembershipRepository,
    private readonly clock: Clock,
  ) {}

  async execute({ context, input }: LeaveWorkspace): Promise<{ version: number }> {
    const { actor } = context;
    if (actor.kind !== 'user') throw new WorkspaceMemberNotFound();
    const self = userSubject(actor.id);
    return this.unitOfWork.run(context, tenantScope(input.tenantId), async (tx) => {
      const [, found, anotherLasts] = await Promise.all([
        this.access.enter(tx, input, actor),
        this.members.lock(tx, input, self),
        this.members.anotherOwnerLasts(tx, input, self),
      ]);
      if (found === null || found.isOver) throw new WorkspaceMemberNotFound();
      found.membership.remove({ anotherLasts }, this.clock.now());
      await this.members.remove(tx, [found.membership]);
      return { version: found.membership.version };
    });
  }
}
