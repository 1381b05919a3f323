import { Clock, tenantScope, UnitOfWork, type ExecutionContext, type TenantId, type WorkspaceId } from '#kernel';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { WorkspaceAccess } from './workspace-access.ts';
import { WorkspaceTree } from './workspace-tree.ts';

/**
 * With everything below it, by an owner who may create children in the new parent. The members of the branch keep their
 * roles; what counted in it from above is exchanged for what counts in the new parent.
 *
 * Throws `TenantNotFound`, `TenantSuspended`, `WorkspaceNotFound` and `WorkspaceArchived` (of either), `WorkspaceRoleTooLow`,
 * `VersionMismatch`, `RootWorkspaceStays`, `WorkspaceMovedIntoItself`, `WorkspaceTooDeep`, `WorkspaceNameTaken`.
 */
export class MoveWorkspace extends Command<{ version: number }> {
  constructor(
    readonly context: ExecutionContext,
    readonly input: {
      readonly tenantId: TenantId;
      readonly workspaceId: WorkspaceId;
      readonly parentId: WorkspaceId;
      readonly expectedVersion?: number;
    },
  ) {
    super();
  }
}

@CommandHandler(MoveWorkspace)
export class MoveWorkspaceHandler implements ICommandHandler<MoveWorkspace> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly access: WorkspaceAccess,
    private readonly tree: WorkspaceTree,
    private readonly clock: Clock,
  ) {}

  async execute({ context, input }: MoveWorkspace): Promise<{ version: number }> {
    const { tenantId, parentId, expectedVersion } = input;
    return this.unitOfWork.run(context, tenantScope(tenantId), async (tx) => {
      const { workspace, authority } = await this.access.toReshape(tx, input, context.actor);
      authority.mustOwn();
      const target = await this.access.also(tx, { tenantId, workspaceId: parentId }, context.actor);
      target.authority.mustCreateChildren();
      workspace.mustBeActive();
      if (expectedVersion !== undefined) workspace.expectVersion(expectedVersion);
      await this.tree.move(tx, workspace, target.workspace, this.clock.now());
      return { version: workspace.version };
    });
  }
}
