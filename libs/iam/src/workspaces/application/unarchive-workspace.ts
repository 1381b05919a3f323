import { Clock, tenantScope, UnitOfWork, type ExecutionContext, type TenantId, type WorkspaceId } from '#kernel';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { WorkspaceRepository } from '../domain/workspace-repository.ts';
import { WorkspaceAccess } from './workspace-access.ts';

/**
 * By an owner, from the top down: what was archived below it stays so. Does nothing when it is active.
 *
 * Throws `TenantNotFound`, `TenantSuspended`, `WorkspaceNotFound`, `WorkspaceRoleTooLow`, `VersionMismatch`,
 * `ParentWorkspaceArchived`.
 */
export class UnarchiveWorkspace extends Command<{ version: number }> {
  constructor(
    readonly context: ExecutionContext,
    readonly input: { readonly tenantId: TenantId; readonly workspaceId: WorkspaceId; readonly expectedVersion?: number },
  ) {
    super();
  }
}

@CommandHandler(UnarchiveWorkspace)
export class UnarchiveWorkspaceHandler implements ICommandHandler<UnarchiveWorkspace> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly access: WorkspaceAccess,
    private readonly workspaces: WorkspaceRepository,
    private readonly clock: Clock,
  ) {}

  async execute({ context, input }: UnarchiveWorkspace): Promise<{ version: number }> {
    const { tenantId, expectedVersion } = input;
    return this.unitOfWork.run(context, tenantScope(tenantId), async (tx) => {
      const { workspace, authority } = await this.access.toReshape(tx, input, context.actor);
      authority.mustOwn();
      if (expectedVersion !== undefined) workspace.expectVersion(expectedVersion);
      const { parentId } = workspace;
      const parent = parentId === null ? null : await this.workspaces.find(tx, tenantId, parentId);
      workspace.unarchive({ parentIsArchived: parent?.isArchived ?? false }, this.clock.now());
      await this.workspaces.update(tx, workspace);
      return { version: workspace.version };
    });
  }
}
