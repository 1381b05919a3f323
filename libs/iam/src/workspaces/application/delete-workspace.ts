import { Clock, tenantScope, UnitOfWork, type ExecutionContext, type TenantId, type WorkspaceId } from '#kernel';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { WorkspaceHasChildren } from '../domain/errors.ts';
import { WorkspaceRepository } from '../domain/workspace-repository.ts';
import { TenantWorkspaces } from './tenant-workspaces.ts';
import { WorkspaceAccess } from './workspace-access.ts';

/**
 * By an owner, archived or not, for good: with every role in it, each ended by an event of its own.
 *
 * Throws `TenantNotFound`, `TenantSuspended`, `WorkspaceNotFound`, `WorkspaceRoleTooLow`, `VersionMismatch`, `RootWorkspaceStays`,
 * `WorkspaceHasChildren`.
 */
export class DeleteWorkspace extends Command<{ version: number }> {
  constructor(
    readonly context: ExecutionContext,
    readonly input: { readonly tenantId: TenantId; readonly workspaceId: WorkspaceId; readonly expectedVersion: number },
  ) {
    super();
  }
}

@CommandHandler(DeleteWorkspace)
export class DeleteWorkspaceHandler implements ICommandHandler<DeleteWorkspace> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly access: WorkspaceAccess,
    private readonly workspaces: WorkspaceRepository,
    private readonly roles: TenantWorkspaces,
    private readonly clock: Clock,
  ) {}

  async execute({ context, input }: DeleteWorkspace): Promise<{ version: number }> {
    const { tenantId, workspaceId } = input;
    return this.unitOfWork.run(context, tenantScope(tenantId), async (tx) => {
      const [{ workspace, authority }, hasChildren] = await Promise.all([
        this.access.toReshape(tx, input, context.actor),
        this.workspaces.hasChildren(tx, tenantId, workspaceId),
      ]);
      authority.mustOwn();
      workspace.expectVersion(input.expectedVersion);
      const at = this.clock.now();
      workspace.delete(at);
      if (hasChildren) throw new WorkspaceHasChildren();
      // First in the log: with its tie to the tenant gone, the graph lets nobody into it.
      tx.collect(workspace);
      await this.roles.endRolesIn(tx, { tenantId, workspaceId }, at);
      await this.workspaces.remove(tx, workspace);
      return { version: workspace.version };
    });
  }
}
