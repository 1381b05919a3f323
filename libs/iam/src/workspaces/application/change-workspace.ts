import { Clock, tenantScope, UnitOfWork, type ExecutionContext, type TenantId, type WorkspaceId } from '#kernel';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { workspaceName } from '../domain/workspace-name.ts';
import { WorkspaceRepository } from '../domain/workspace-repository.ts';
import { workspaceSlug } from '../domain/workspace-slug.ts';
import type { WorkspaceChange } from '../domain/workspace.ts';
import { WorkspaceAccess } from './workspace-access.ts';

/**
 * By an admin of the workspace, the root's as well. Absent members stay.
 *
 * Throws `TenantNotFound`, `TenantSuspended`, `WorkspaceNotFound`, `WorkspaceRoleTooLow`, `WorkspaceArchived`, `VersionMismatch`,
 * `WorkspaceNameInvalid`, `WorkspaceSlugInvalid`, `WorkspaceNameTaken`, `WorkspaceSlugTaken`.
 */
export class ChangeWorkspace extends Command<{ version: number }> {
  constructor(
    readonly context: ExecutionContext,
    readonly input: {
      readonly tenantId: TenantId;
      readonly workspaceId: WorkspaceId;
      readonly expectedVersion: number;
      readonly name?: string;
      readonly slug?: string;
    },
  ) {
    super();
  }
}

@CommandHandler(ChangeWorkspace)
export class ChangeWorkspaceHandler implements ICommandHandler<ChangeWorkspace> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly access: WorkspaceAccess,
    private readonly workspaces: WorkspaceRepository,
    private readonly clock: Clock,
  ) {}

  async execute({ context, input }: ChangeWorkspace): Promise<{ version: number }> {
    const change = changeOf(input);
    return this.unitOfWork.run(context, tenantScope(input.tenantId), async (tx) => {
      const { workspace, authority } = await this.access.toChange(tx, input, context.actor);
      authority.mustManage();
      workspace.mustBeActive();
      workspace.expectVersion(input.expectedVersion);
      workspace.change(change, this.clock.now());
      await this.workspaces.update(tx, workspace);
      return { version: workspace.version };
    });
  }
}

function changeOf({ name, slug }: ChangeWorkspace['input']): WorkspaceChange {
  return { ...(name !== undefined && { name: workspaceName(name) }), ...(slug !== undefined && { slug: workspaceSlug(slug) }) };
}
