import { type Database, iso8601 } from '#database';
import { pageOf, tenantScope, type PageOf, type PageRequest, type TenantId, type WorkspaceId } from '#kernel';
import { WorkspaceMemberViews, type WorkspaceMemberView } from '../application/workspace-member-views.ts';
import type { MemberSubject } from '../domain/member-subject.ts';
import { lasts } from './pg-workspace-membership-sql.ts';

/** A user whose membership of the tenant is over has no role in it either; a group has none that ends. */
const members = `SELECT m.tenant_id, m.workspace_id, json_build_object('type', m.subject_type, 'id', m.subject_id) AS subject, m.role,
    ${iso8601('m.expires_at', 'expires_at')}, coalesce(u.display_name, g.name) AS name, u.email, u.status, m.version,
    ${iso8601('m.joined_at', 'joined_at')}, ${iso8601('m.updated_at', 'updated_at')}
  FROM workspace_members m
    LEFT JOIN tenant_members t ON t.tenant_id = m.tenant_id AND t.user_id = m.user_id
    LEFT JOIN users u ON u.id = m.user_id
    LEFT JOIN groups g ON g.tenant_id = m.tenant_id AND g.id = m.group_id
  WHERE m.tenant_id = $1 AND m.workspace_id = $2 AND ${lasts('m')} AND (m.subject_type = 'group' OR ${lasts('t')})`;

const member = { name: 'view_workspace_member', text: `${members} AND m.subject_type = $3 AND m.subject_id = $4` };

const list = {
  name: 'view_workspace_members',
  text: `${members} AND (m.subject_type, m.subject_id) > ($3, $4) ORDER BY m.subject_type, m.subject_id LIMIT $5`,
};

type Workspace = { readonly tenantId: TenantId; readonly workspaceId: WorkspaceId };

export class PgWorkspaceMemberViews extends WorkspaceMemberViews {
  constructor(private readonly database: Database) {
    super();
  }

  override async member({ tenantId, workspaceId }: Workspace, { type, id }: MemberSubject): Promise<WorkspaceMemberView | null> {
    const values = [tenantId, workspaceId, type, id];
    const [row] = await this.database.read<WorkspaceMemberView>(tenantScope(tenantId), { ...member, values });
    return row ?? null;
  }

  override async members({ tenantId, workspaceId }: Workspace, { after = ':', limit }: PageRequest): Promise<PageOf<WorkspaceMemberView>> {
    const [type, id] = after.split(':');
    const values = [tenantId, workspaceId, type, id, limit + 1];
    const rows = await this.database.read<WorkspaceMemberView>(tenantScope(tenantId), { ...list, values });
    return pageOf(rows, limit, ({ subject }) => `${subject.type}:${subject.id}`);
  }
}
