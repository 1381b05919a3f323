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
