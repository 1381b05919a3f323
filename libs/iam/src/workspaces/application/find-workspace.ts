import type { ExecutionContext, TenantId, WorkspaceId } from '#kernel';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { WorkspaceNotFound } from '../domain/errors.ts';

export interface WorkspaceView {
  readonly id: WorkspaceId;
  readonly tenant_id: TenantId;
  /** Null for the root. */
  readonly parent_id: WorkspaceId | null;
  readonly name: string;
  readonly slug: string;
  readonly inherits: boolean;
  readonly state: 'active' | 'archived';
  readonly version: number;
  readonly created_at: string;
  readonly updated_at: string;
}

/** Read straight from the tables: one prepared statement. */
export abstract class WorkspaceViews {
  abstract workspace(tenantId: TenantId, id: WorkspaceId): Promise<WorkspaceView | null>;
}

/**
 * Where a graph was asked before, it knew nothing of the tenant that the path names: of somebody who is in both tenants it allows a
 * workspace of the other. Something found below it proves that it is of this one; of nothing this asks. Throws `WorkspaceNotFound`.
 */
export async function mustBeInTenant(views: WorkspaceViews, { tenantId, workspaceId }: FindWorkspace['input']): Promise<void> {
  if ((await views.workspace(tenantId, workspaceId)) === null) throw new WorkspaceNotFound();
}

/** Throws `WorkspaceNotFound`, also for a workspace of another tenant. */
export class FindWorkspace extends Query<WorkspaceView> {
  constructor(
    readonly context: ExecutionContext,
    readonly input: { readonly tenantId: TenantId; readonly workspaceId: WorkspaceId },
  ) {
    super();
  }
}

@QueryHandler(FindWorkspace)
export class FindWorkspaceHandler implements IQueryHandler<FindWorkspace> {
  constructor(private readonly views: WorkspaceViews) {}

  async execute({ input: { tenantId, workspaceId } }: FindWorkspace): Promise<WorkspaceView> {
    const workspace = await this.views.workspace(tenantId, workspaceId);
    if (workspace === null) throw new WorkspaceNotFound();
    return workspace;
  }
}
