import { Clock, IdGenerator, tenantScope, UnitOfWork, type ExecutionContext, type TenantId, type WorkspaceId } from '#kernel';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { WorkspaceMembership } from '../domain/workspace-membership.ts';
import { workspaceName } from '../domain/workspace-name.ts';
import { slugDerivedFrom, workspaceSlug } from '../domain/workspace-slug.ts';
import { Workspace } from '../domain/workspace.ts';
import { WorkspaceAccess } from './workspace-access.ts';
import { WorkspaceTree } from './workspace-tree.ts';

export interface CreatedWorkspace {
  readonly workspace_id: WorkspaceId;
  readonly version: number;
}

/**
 * By an admin of the parent or an operator of the tenant; a user who creates it becomes its owner, so that somebody owns it,
 * for as long as what lets them create it lasts. Without a slug one is made from the name. Without `inherits` roles of the parent count in it.
 *
 * Throws `TenantNotFound`, `TenantSuspended`, `WorkspaceNotFound`, `WorkspaceArchived`, `WorkspaceRoleTooLow`,
 * `WorkspaceNameInvalid`, `WorkspaceSlugInvalid`, `WorkspaceTooDeep`, `WorkspaceNameTaken`, `WorkspaceSlugTaken`.
 */
export class CreateChildWorkspace extends Command<CreatedWorkspace> {
  constructor(
    readonly context: ExecutionContext,
    readonly input: {
      readonly tenantId: TenantId;
      readonly parentId: WorkspaceId;
      readonly name: string;
      readonly slug?: string | null;
      readonly inherits?: boolean;
    },
  ) {
    super();
  }
}

@CommandHandler(CreateChildWorkspace)
export class CreateChildWorkspaceHandler implements ICommandHandler<CreateChildWorkspace> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly access: WorkspaceAccess,
    private readonly tree: WorkspaceTree,
    private readonly ids: IdGenerator,
    private readonly clock: Clock,
  ) {}

  async execute({ context, input }: CreateChildWorkspace): Promise<CreatedWorkspace> {
    const { actor } = context;
    const { tenantId, parentId: workspaceId, inherits = true } = input;
    const id = this.ids.next<WorkspaceId>();
    const name = workspaceName(input.name);
    const slug = typeof input.slug === 'string' ? workspaceSlug(input.slug) : slugDerivedFrom(name, id);
    return this.unitOfWork.run(context, tenantScope(tenantId), async (tx) => {
      const [{ workspace: parent, authority }, depthOfParent] = await Promise.all([
        this.access.toAddBelow(tx, { tenantId, workspaceId }, actor),
        this.tree.depthOf(tx, { tenantId, workspaceId }),
      ]);
      const expiresAt = authority.childrenUntil();
      const at = this.clock.now();
      const child = Workspace.openBelow(parent, { id, name, slug, inherits }, at);
      const ownership = { tenantId, workspaceId: id, role: 'owner', expiresAt } as const;
      const owner = actor.kind === 'user' ? WorkspaceMembership.found({ ...ownership, userId: actor.id }, at) : null;
      await this.tree.add(tx, child, owner, depthOfParent);
      return { workspace_id: id, version: child.version };
    });
  }
}
