import { Clock, tenantScope, UnitOfWork, type ExecutionContext, type TenantId, type WorkspaceId } from '#kernel';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { WorkspaceHasActiveChildren } from '../domain/errors.ts';
import { WorkspaceRepository } from '../domain/workspace-repository.ts';
import { WorkspaceAccess } from './workspace-access.ts';

/**
 * By an owner. With `subtree` everything active below it is archived too, each with an event of its own; without, it is
 * refused while anything there is active.
 *
 * Throws `TenantNotFound`, `TenantSuspended`, `WorkspaceNotFound`, `WorkspaceRoleTooLow`, `WorkspaceArchived`, `VersionMismatch`,
 * `RootWorkspaceStays`, `WorkspaceHasActiveChildren`.
 */
export class ArchiveWorkspace extends Command<{ version: number }> {
  constructor(
    readonly context: ExecutionContext,
    readonly input: {
      readonly tenantId: TenantId;
      readonly workspaceId: WorkspaceId;
      readonly subtree: boolean;
      readonly expectedVersion?: number;
    },
  ) {
    super();
  }
}

@CommandHandler(ArchiveWorkspace)
export class ArchiveWorkspaceHandler implements ICommandHandler<ArchiveWorkspace> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly access: WorkspaceAccess,
    private readonly workspaces: WorkspaceRepository,
    private readonly clock: Clock,
  ) {}

  async execute({ context, input }: ArchiveWorkspace): Promise<{ version: number }> {
    const { tenantId, subtree, expectedVersion } = input;
    return this.unitOfWork.run(context, tenantScope(tenantId), async (tx) => {
      const { workspace, below, authority } = await this.access.toReshapeBranch(tx, input, context.actor);
      authority.mustOwn();
      workspace.mustBeActive();
      if (expectedVersion !== undefined) workspace.expectVersion(expectedVersion);
      const branch = [workspace, ...below];
      const at = this.clock.now();
      for (const each of branch) each.archive(at);
      if (below.length > 0 && !subtree) throw new WorkspaceHasActiveChildren();
      await this.workspaces.update(tx, ...branch);
      return { version: workspace.version };
    });
  }
}
