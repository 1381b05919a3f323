import { type Database, iso8601 } from '#database';
import { pageOf, tenantScope, type GroupId, type PageOf, type PageRequest, type TenantId, type UserId } from '#kernel';
import { GroupViews, type GroupMemberView, type GroupView } from '../application/group-views.ts';

const groupColumns = `g.id, g.tenant_id, g.name, g.description, g.version, ${iso8601('g.created_at', 'created_at')}, ${iso8601('g.updated_at', 'updated_at')}`;

const memberColumns = `m.tenant_id, m.group_id, m.user_id, m.role, u.email, u.display_name, u.status,
  ${iso8601('m.expires_at', 'expires_at')}, m.version, ${iso8601('m.joined_at', 'joined_at')}, ${iso8601('m.updated_at', 'updated_at')}`;

const lasting = (alias: string) => `(${alias}.expires_at IS NULL OR ${alias}.expires_at > now())`;

const memberRows = `group_members m JOIN users u ON u.id = m.user_id
  JOIN tenant_members t ON t.tenant_id = m.tenant_id AND t.user_id = m.user_id AND ${lasting('t')}`;

const group = { name: 'view_group', text: `SELECT ${groupColumns} FROM groups g WHERE g.tenant_id = $1 AND g.id = $2` };

const allGroups = {
  name: 'view_groups',
  text: `SELECT ${groupColumns} FROM groups g WHERE g.tenant_id = $3 AND g.id > $1 ORDER BY g.id LIMIT $2`,
};

/** Both halves walk an index in order of the ids and stop when the page is full: what the caller does not see costs nothing. */
const groupsSeenBy = {
  name: 'view_groups_seen_by',
  text: `WITH viewer AS (
      SELECT role FROM tenant_members v WHERE v.tenant_id = $3 AND v.user_id = $4 AND ${lasting('v')}
    ), seen (id) AS (
      (SELECT a.id FROM groups a WHERE a.tenant_id = $3 AND a.id > $1 AND (SELECT role FROM viewer) IN ('admin', 'operator')
        ORDER BY a.id LIMIT $2)
      UNION
      (SELECT m.group_id FROM group_members m WHERE m.tenant_id = $3 AND m.user_id = $4 AND m.group_id > $1 AND ${lasting('m')}
        AND EXISTS (SELECT FROM viewer) ORDER BY m.group_id LIMIT $2)
    )
    SELECT ${groupColumns} FROM seen JOIN groups g ON g.tenant_id = $3 AND g.id = seen.id ORDER BY g.id LIMIT $2`,
};

const member = {
  name: 'view_group_member',
  text: `SELECT ${memberColumns} FROM ${memberRows} WHERE m.tenant_id = $1 AND m.group_id = $2 AND m.user_id = $3 AND ${lasting('m')}`,
};

const members = {
  name: 'view_group_members',
  text: `SELECT ${memberColumns} FROM ${memberRows}
    WHERE m.tenant_id = $3 AND m.group_id = $4 AND m.user_id > $1 AND ${lasting('m')} ORDER BY m.user_id LIMIT $2`,
};

export class PgGroupViews extends GroupViews {
  constructor(private readonly database: Database) {
    super();
  }

  override async group(tenantId: TenantId, groupId: GroupId): Promise<GroupView | null> {
    const [row] = await this.database.read<GroupView>(tenantScope(tenantId), { ...group, values: [tenantId, groupId] });
    return row ?? null;
  }

  override async groups(tenantId: TenantId, page: PageRequest & { readonly viewerId?: UserId }): Promise<PageOf<GroupView>> {
    const { after = '', limit, viewerId } = page;
    const values = [after, limit + 1, tenantId];
    const statement = viewerId === undefined ? { ...allGroups, values } : { ...groupsSeenBy, values: [...values, viewerId] };
    return pageOf(await this.database.read<GroupView>(tenantScope(tenantId), statement), limit, ({ id }) => id);
  }

  override async member(tenantId: TenantId, groupId: GroupId, userId: UserId): Promise<GroupMemberView | null> {
    const statement = { ...member, values: [tenantId, groupId, userId] };
    const [row] = await this.database.read<GroupMemberView>(tenantScope(tenantId), statement);
    return row ?? null;
  }

  override async members(tenantId: TenantId, groupId: GroupId, { after = '', limit }: PageRequest): Promise<PageOf<GroupMemberView>> {
    const statement = { ...members, values: [after, limit + 1, tenantId, groupId] };
    return pageOf(await this.database.read<GroupMemberView>(tenantScope(tenantId), statement), limit, ({ user_id }) => user_id);
  }
}
