import { Clock, tenantScope, UnitOfWork, type ExecutionContext, type TenantId, type WorkspaceId } from '#kernel';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { WorkspaceMemberNotFound } from '../domain/member-errors.ts';
import type { MemberSubject } from '../domain/member-subject.ts';
import { WorkspaceMembershipRepository } from '../domain/workspace-membership-repository.ts';
import { WorkspaceMemberAccess } from './workspace-member-access.ts';

/**
 * By an admin of the workspace: the role here, not what comes down from above or through groups.
 *
 * Throws what `WorkspaceMemberAccess.enter` throws, and `WorkspaceRoleTooLow`, `WorkspaceMemberNotFound`, `VersionMismatch`,
 * `WorkspaceRoleAboveOwn`, `LastWorkspaceOwner`.
 */
export class RemoveWorkspaceMember extends Command<{ version: number }> {
  constructor(
    readonly context: ExecutionContext,
    readonly input: {
      readonly tenantId: TenantId;
      readonly workspaceId: WorkspaceId;
      readonly subject: MemberSubject;
      readonly expectedVersion: number;
    },
  ) {
    super();
  }
}

@CommandHandler(RemoveWorkspaceMember)
export class RemoveWorkspaceMemberHandler implements ICommandHandler<RemoveWorkspaceMember> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly access: WorkspaceMemberAccess,
    private readonly members: WorkspaceMembershipRepository,
    private readonly clock: Clock,
  ) {}

  async execute({ context, input }: RemoveWorkspaceMember): Promise<{ version: number }> {
    const { tenantId, subject, expectedVersion } = input;
    return this.unitOfWork.run(context, tenantScope(tenantId), async (tx) => {
      const [authority, found, anotherLasts] = await Promise.all([
        this.access.enter(tx, input, context.actor),
        this.members.lock(tx, input, subject),
        this.members.anotherOwnerLasts(tx, input, subject),
      ]);
      authority.mustManage();
      if (found === null || found.isOver) throw new WorkspaceMemberNotFound();
      const { membership } = found;
      membership.expectVersion(expectedVersion);
      authority.mustReach(membership.role);
      membership.remove({ anotherLasts }, this.clock.now());
      await this.members.remove(tx, [membership]);
      return { version: membership.version };
    });
  }
}
