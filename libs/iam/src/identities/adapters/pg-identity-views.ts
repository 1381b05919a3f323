import { type Database, iso8601 } from '#database';
import { pageOf, platformScope, type PageOf, type PageRequest, type UserId } from '#kernel';
import { IdentityViews, type PlatformAdminView, type UserView } from '../application/identity-views.ts';

const userColumns = `id, email, email_verified, display_name, status, version,
  ${iso8601('created_at', 'created_at')}, ${iso8601('updated_at', 'updated_at')}`;

const user = { name: 'view_user', text: `SELECT ${userColumns} FROM users WHERE id = $1` };

const users = { name: 'view_users', text: `SELECT ${userColumns} FROM users WHERE id > $1 ORDER BY id LIMIT $2` };

const usersByEmail = {
  name: 'view_users_by_email',
  text: `SELECT ${userColumns} FROM users WHERE email = $3 AND id > $1 ORDER BY id LIMIT $2`,
};

const platformAdmins = {
  name: 'view_platform_admins',
  text: `SELECT a.user_id, u.email, u.display_name, u.status, a.version, ${iso8601('a.granted_at', 'granted_at')}
    FROM platform_admins a JOIN users u ON u.id = a.user_id WHERE a.user_id > $1 ORDER BY a.user_id LIMIT $2`,
};

export class PgIdentityViews extends IdentityViews {
  constructor(private readonly database: Database) {
    super();
  }

  override async user(id: UserId): Promise<UserView | null> {
    const [row] = await this.database.read<UserView>(platformScope, { ...user, values: [id] });
    return row ?? null;
  }

  override async users({ after = '', limit, email }: PageRequest & { email?: string }): Promise<PageOf<UserView>> {
    const [statement, values] = email === undefined ? [users, [after, limit + 1]] : [usersByEmail, [after, limit + 1, email]];
    return pageOf(await this.database.read<UserView>(platformScope, { ...statement, values }), limit, ({ id }) => id);
  }

  override async platformAdmins({ after = '', limit }: PageRequest): Promise<PageOf<PlatformAdminView>> {
    const statement = { ...platformAdmins, values: [after, limit + 1] };
    return pageOf(await this.database.read<PlatformAdminView>(platformScope, statement), limit, ({ user_id }) => user_id);
  }
}
