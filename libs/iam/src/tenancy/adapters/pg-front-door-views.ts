import { type Database } from '#database';
import { isUlid, platformScope, type UserId } from '#kernel';
import { FrontDoorViews, type FrontDoorView } from '../application/front-door.ts';
import { TENANT_SLUG_PATTERN } from '../domain/tenant-slug.ts';

/** One row whatever is missing. What is neither an id nor a slug finds no tenant; a membership past its end is none. */
const look = {
  name: 'front_door',
  text: `SELECT u.status AS user_status, t.id AS tenant_id, t.state AS tenant_state, m.role,
      (extract(epoch FROM m.expires_at - now()) * 1000)::float8 AS role_ends_in_ms, a.user_id IS NOT NULL AS is_platform_admin
    FROM (VALUES ($1::text)) AS caller (id)
    LEFT JOIN users u ON u.id = caller.id
    LEFT JOIN platform_admins a ON a.user_id = caller.id
    LEFT JOIN tenants t ON t.id = $2 OR t.slug = $3
    LEFT JOIN tenant_members m ON m.tenant_id = t.id AND m.user_id = caller.id AND (m.expires_at IS NULL OR m.expires_at > now())`,
};

export class PgFrontDoorViews extends FrontDoorViews {
  constructor(private readonly database: Database) {
    super();
  }

  override async look(userId: UserId, tenantIdOrSlug: string | null): Promise<FrontDoorView> {
    const tenant = tenantIdOrSlug ?? '';
    const values = [userId, isUlid(tenant) ? tenant : null, TENANT_SLUG_PATTERN.test(tenant) ? tenant : null];
    const [row] = await this.database.read<FrontDoorView>(platformScope, { ...look, values });
    return row as FrontDoorView;
  }
}
