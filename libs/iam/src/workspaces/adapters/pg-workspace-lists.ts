import type { Database, Statement } from '#database';
import { pageOf, tenantScope, type PageOf } from '#kernel';
import type { WorkspaceView } from '../application/find-workspace.ts';
import { WorkspaceLists, type RelatedWorkspacesRequest, type WorkspaceListRequest } from '../application/visible-workspaces.ts';
import * as sql from './pg-workspace-lists-sql.ts';

/** What one statement may spend on a page. */
export interface ListEffort {
  /** Ids collected from the caller's roles down, or below a workspace, before the list is walked in order instead. */
  readonly collected: number;
  /** Rows looked at on such a walk. */
  readonly walked: number;
}

const usual: ListEffort = { collected: 1_000, walked: 2_000 };

type Found = { readonly ended_at: string | null } & (WorkspaceView | { readonly id: null });

export class PgWorkspaceLists extends WorkspaceLists {
  constructor(
    private readonly database: Database,
    private readonly effort = usual,
  ) {
    super();
  }

  override all(request: WorkspaceListRequest): Promise<PageOf<WorkspaceView>> {
    return this.walk(request, sql.all, [this.effort.collected]);
  }

  override children(request: RelatedWorkspacesRequest): Promise<PageOf<WorkspaceView>> {
    return this.walk(request, sql.children, [request.workspaceId]);
  }

  override subtree(request: RelatedWorkspacesRequest): Promise<PageOf<WorkspaceView>> {
    return this.walk(request, sql.subtree, [this.effort.collected, request.workspaceId]);
  }

  override async ancestors(request: RelatedWorkspacesRequest): Promise<PageOf<WorkspaceView>> {
    const { tenantId, userId, workspaceId, includeArchived, after = '0', limit } = request;
    const level = /^\d{1,4}$/.test(after) ? Number(after) : 0;
    const statement = { ...sql.ancestors, values: [tenantId, userId, level, limit + 1, includeArchived, workspaceId] };
    const rows = await this.database.read<WorkspaceView & { level: number }>(tenantScope(tenantId), statement);
    const page = pageOf(rows, limit, (row) => String(row.level));
    return { rows: page.rows.map(({ level: _, ...workspace }) => workspace), next: page.next };
  }

  private async walk(request: WorkspaceListRequest, statement: Statement, more: readonly unknown[]): Promise<PageOf<WorkspaceView>> {
    const { tenantId, userId, includeArchived, after = '', limit } = request;
    const values = [tenantId, userId, after, limit + 1, includeArchived, this.effort.walked, ...more];
    const rows = await this.database.read<Found>(tenantScope(tenantId), { ...statement, values });
    const found = rows.flatMap(({ ended_at: _, ...row }) => (row.id === null ? [] : [row]));
    const { rows: page, next } = pageOf(found, limit, ({ id }) => id);
    return { rows: page, next: next ?? rows[0]?.ended_at ?? null };
  }
}
