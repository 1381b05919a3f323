import { Clock, tenantScope, UnitOfWork, type ExecutionContext, type TenantId, type WorkspaceId } from '#kernel';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { WorkspaceRepository } from '../domain/workspace-repository.ts';
import { WorkspaceAccess } from './workspace-access.ts';

/**
 * Whether roles of the parent, and of what counts in the parent, count here and below. By an owner, who may lose sight of it
 * that way: admins of the tenant never do.
 *
 * Throws `TenantNotFound`, `TenantSuspended`, `WorkspaceNotFound`, `WorkspaceRoleTooLow`, `WorkspaceArchived`, `VersionMismatch`,
 * `RootWorkspaceStays`.
 */
export class ChangeWorkspaceInheritance extends Command<{ version: number }> {
  constructor(
    readonly context: ExecutionContext,
    readonly input: {
      readonly tenantId: TenantId;
      readonly workspaceId: WorkspaceId;
      readonly inherits: boolean;
      readonly expectedVersion: number;
    },
  ) {
    super();
  }
}

@CommandHandler(ChangeWorkspaceInheritance)
export class ChangeWorkspaceInheritanceHandler implements ICommandHandler<ChangeWorkspaceInheritance> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly access: WorkspaceAccess,
    private readonly workspaces: WorkspaceRepository,
    private readonly clock: Clock,
  ) {}

  async execute({ context, input }: ChangeWorkspaceInheritance): Promise<{ version: number }> {
    return this.unitOfWork.run(context, tenantScope(input.tenantId), async (tx) => {
      const { workspace, authority } = await this.access.toReshape(tx, input, context.actor);
      authority.mustOwn();
      workspace.mustBeActive();
      workspace.expectVersion(input.expectedVersion);
      workspace.changeInheritance(input.inherits, this.clock.now());
      await this.workspaces.update(tx, workspace);
      return { version: workspace.version };
    });
  }
}
