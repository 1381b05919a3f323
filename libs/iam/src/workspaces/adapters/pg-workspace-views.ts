import { type Database, iso8601 } from '#database';
import { tenantScope, type TenantId, type WorkspaceId } from '#kernel';
import { WorkspaceViews, type WorkspaceView } from '../application/find-workspace.ts';

const workspace = {
  name: 'view_workspace',
  text: `SELECT id, tenant_id, parent_id, name, slug, inherits, state, version,
      ${iso8601('created_at', 'created_at')}, ${iso8601('updated_at', 'updated_at')}
    FROM workspaces WHERE tenant_id = $1 AND id = $2`,
};

export class PgWorkspaceViews extends WorkspaceViews {
  constructor(private readonly database: Database) {
    super();
  }

  override async workspace(tenantId: TenantId, id: WorkspaceId): Promise<WorkspaceView | null> {
    const [row] = await this.database.read<WorkspaceView>(tenantScope(tenantId), { ...workspace, values: [tenantId, id] });
    return row ?? null;
  }
}
