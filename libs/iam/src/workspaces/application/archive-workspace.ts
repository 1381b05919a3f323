import { Clock, tenantScope, UnitOfWork, type ExecutionContext, type TenantId, type WorkspaceId } from '#kernel';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { WorkspaceHasActiveChildren } from '../domain/errors.ts';
import { WorkspaceRepository } from '../domain/workspace-repository.ts';
import type { Workspace } from '../domain/workspace.ts';
import { WorkspaceAccess } from './workspace-access.ts';

/**
 * By an owner. With `subtree` everything active below it is archived too, each with an event of its own; without, it is
 * refused while anything there is active. What takes no roles from above is not owned with what lies above it: archiving
 * shuts its members out, so it takes an owner of it too.
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
      await this.access.mustOwnEach(tx, tenantId, cutOff(below), context.actor);
      await this.workspaces.update(tx, ...branch);
      return { version: workspace.version };
    });
  }
}

/** Everything else in a branch has the owners of what is above it. */
const cutOff = (below: readonly Workspace[]): readonly Workspace[] => below.filter(({ snapshot }) => !snapshot.inherits);
