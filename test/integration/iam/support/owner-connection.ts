import type { TenantRole } from '#iam';
import type { TenantId, UserId, WorkspaceId } from '#kernel';
import { anId } from '#kernel/testing';
import pg from 'pg';

export interface LoggedEvent {
  readonly position: number;
  readonly type: string;
  readonly tenant_id: string | null;
  readonly payload: Record<string, unknown>;
}

/** A connection of the tables' owner, whom no row-level security stops: to lay things out, and to look at what is there. */
export class OwnerConnection {
  private constructor(private readonly client: pg.Client) {}

  static async open(url: string): Promise<OwnerConnection> {
    const client = new pg.Client({ connectionString: url, options: '-c search_path=tenantry' });
    client.on('error', () => undefined); // its server may be restarted under it
    await client.connect();
    return new OwnerConnection(client);
  }

  async query<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.client.query<Row>(text, values)).rows;
  }

  async insertUser(status: 'active' | 'suspended' = 'active'): Promise<UserId> {
    const id = anId<UserId>();
    await this.query(
      `INSERT INTO users (id, email_verified, status, version, created_at, updated_at) VALUES ($1, false, $2, 1, now(), now())`,
      [id, status],
    );
    return id;
  }

  async insertPlatformAdmin(): Promise<UserId> {
    const id = await this.insertUser();
    await this.query('INSERT INTO platform_admins (user_id, version, granted_at) VALUES ($1, 1, now())', [id]);
    return id;
  }

  async insertTenant(): Promise<TenantId> {
    const id = anId<TenantId>();
    await this.query(
      `INSERT INTO tenants (id, name, slug, metadata, state, version, created_at, updated_at)
       VALUES ($1, 'Acme', $2, '{}', 'active', 1, now(), now())`,
      [id, id.toLowerCase()],
    );
    return id;
  }

  async insertMember(tenantId: TenantId, userId: UserId, role: TenantRole): Promise<void> {
    await this.query(
      `INSERT INTO tenant_members (tenant_id, user_id, role, version, joined_at, updated_at) VALUES ($1, $2, $3, 1, now(), now())`,
      [tenantId, userId, role],
    );
  }

  async insertTenantWithAdmins(...admins: UserId[]): Promise<TenantId> {
    const tenantId = await this.insertTenant();
    for (const userId of admins) await this.insertMember(tenantId, userId, 'admin');
    return tenantId;
  }

  async insertWorkspace(tenantId: TenantId, parentId: WorkspaceId | null = null): Promise<WorkspaceId> {
    const id = anId<WorkspaceId>();
    await this.query(
      `INSERT INTO workspaces (id, tenant_id, parent_id, name, slug, state, version, created_at, updated_at)
       VALUES ($1, $2, $3, $4, $4, 'active', 1, now(), now())`,
      [id, tenantId, parentId, id.toLowerCase()],
    );
    return id;
  }

  async insertWorkspaceMember(tenantId: TenantId, workspaceId: WorkspaceId, userId: UserId, role: string): Promise<void> {
    await this.query(
      `INSERT INTO workspace_members (tenant_id, workspace_id, subject_type, subject_id, role, version, joined_at, updated_at)
       VALUES ($1, $2, 'user', $3, $4, 1, now(), now())`,
      [tenantId, workspaceId, userId, role],
    );
  }

  async activeAdminsOf(tenantId: TenantId): Promise<string[]> {
    const rows = await this.query<{ id: string }>(
      `SELECT u.id FROM tenant_members m JOIN users u ON u.id = m.user_id
       WHERE m.tenant_id = $1 AND m.role = 'admin' AND u.status = 'active' ORDER BY u.id`,
      [tenantId],
    );
    return rows.map(({ id }) => id);
  }

  /** In order of their positions; the newest there are when nothing is named. */
  async eventsAbout(named: string): Promise<LoggedEvent[]> {
    return this.query<LoggedEvent>(
      `SELECT position::integer, type, tenant_id, payload FROM outbox_events
       WHERE tenant_id = $1 OR payload->>'userId' = $1 ORDER BY position`,
      [named],
    );
  }

  /** Sessions that wait for a lock of another one in this database. */
  async waiting(): Promise<number> {
    const [row] = await this.query<{ waiting: number }>(
      `SELECT count(*)::integer AS waiting FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    return row?.waiting ?? 0;
  }

  close(): Promise<void> {
    return this.client.end();
  }
}
