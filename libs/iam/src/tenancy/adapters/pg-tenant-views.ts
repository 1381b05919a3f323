import { type Database, iso8601, type Statement } from '#database';
import {
  isUlid,
  pageOf,
  platformScope,
  tenantScope,
  type DataScope,
  type PageOf,
  type PageRequest,
  type TenantId,
  type UserId,
} from '#kernel';
import { TenantViews, type TenantMemberView, type TenantView } from '../application/tenant-views.ts';
import { TENANT_SLUG_PATTERN } from '../domain/tenant-slug.ts';

const tenantColumns = `t.id, t.name, t.slug, t.external_id, t.metadata, t.state, t.is_default,
  EXISTS (SELECT FROM tenant_members a JOIN users u ON u.id = a.user_id
    WHERE a.tenant_id = t.id AND a.role = 'admin' AND a.expires_at IS NULL AND u.status = 'active') AS has_active_admin,
  t.version, ${iso8601('t.created_at', 'created_at')}, ${iso8601('t.updated_at', 'updated_at')}`;

/** Past its end a membership counts as removed, whenever its row goes. */
const lasting = '(m.expires_at IS NULL OR m.expires_at > now())';

const memberColumns = `m.tenant_id, m.user_id, m.role, ${iso8601('m.expires_at', 'expires_at')}, u.email, u.display_name, u.status, m.version,
  ${iso8601('m.joined_at', 'joined_at')}, ${iso8601('m.updated_at', 'updated_at')}`;

const tenantById = { name: 'view_tenant_by_id', text: `SELECT ${tenantColumns} FROM tenants t WHERE t.id = $1` };

// across tenants: slugs are unique among all of them, and this is how the caller names one
const tenantBySlug = { name: 'view_tenant_by_slug', text: `SELECT ${tenantColumns} FROM tenants t WHERE t.slug = $1` };

const allTenants = {
  name: 'view_tenants',
  text: `SELECT ${tenantColumns} FROM tenants t WHERE t.id > $1 ORDER BY t.id LIMIT $2`,
};

const tenantsOfUser = {
  name: 'view_tenants_of_user',
  text: `SELECT ${tenantColumns} FROM tenant_members m JOIN tenants t ON t.id = m.tenant_id
    WHERE m.user_id = $3 AND m.tenant_id > $1 AND ${lasting} ORDER BY m.tenant_id LIMIT $2`,
};

const member = {
  name: 'view_tenant_member',
  text: `SELECT ${memberColumns} FROM tenant_members m JOIN users u ON u.id = m.user_id 
    WHERE m.tenant_id = $1 AND m.user_id = $2 AND ${lasting}`,
};

const members = {
  name: 'view_tenant_members',
  text: `SELECT ${memberColumns} FROM tenant_members m JOIN users u ON u.id = m.user_id
    WHERE m.tenant_id = $3 AND m.user_id > $1 AND ${lasting} ORDER BY m.user_id LIMIT $2`,
};

export class PgTenantViews extends TenantViews {
  constructor(private readonly database: Database) {
    super();
  }

  override async tenant(idOrSlug: string): Promise<TenantView | null> {
    if (isUlid(idOrSlug)) return this.one(tenantScope(idOrSlug as TenantId), { ...tenantById, values: [idOrSlug] });
    if (!TENANT_SLUG_PATTERN.test(idOrSlug)) return null;
    return this.one(platformScope, { ...tenantBySlug, values: [idOrSlug] });
  }

  override async tenants({ after = '', limit, memberId }: PageRequest & { memberId?: UserId }): Promise<PageOf<TenantView>> {
    const [statement, values] = memberId === undefined ? [allTenants, [after, limit + 1]] : [tenantsOfUser, [after, limit + 1, memberId]];
    return pageOf(await this.database.read<TenantView>(platformScope, { ...statement, values }), limit, ({ id }) => id);
  }

  override async member(tenantId: TenantId, userId: UserId): Promise<TenantMemberView | null> {
    return this.one(tenantScope(tenantId), { ...member, values: [tenantId, userId] });
  }

  override async members(tenantId: TenantId, { after = '', limit }: PageRequest): Promise<PageOf<TenantMemberView>> {
    const statement = { ...members, values: [after, limit + 1, tenantId] };
    return pageOf(await this.database.read<TenantMemberView>(tenantScope(tenantId), statement), limit, ({ user_id }) => user_id);
  }

  private async one<View>(scope: DataScope, statement: Statement): Promise<View | null> {
    const [row] = await this.database.read<View>(scope, statement);
    return row ?? null;
  }
}
