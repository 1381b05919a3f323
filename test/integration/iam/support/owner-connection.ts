import type { TenantId, UserId } from '#kernel';
import { anId } from '#kernel/testing';
import pg from 'pg';

/** A connection of the tables' owner, whom no row-level security stops: to lay things out, and to look at what is there. */
export class OwnerConnection {
  private constructor(private readonly client: pg.Client) {}

  static async open(url: string): Promise<OwnerConnection> {
    const client = new pg.Client({ connectionString: url, options: '-c search_path=tenantry' });
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

  async insertTenant(): Promise<TenantId> {
    const id = anId<TenantId>();
    await this.query(
      `INSERT INTO tenants (id, name, slug, metadata, state, version, created_at, updated_at)
       VALUES ($1, 'Acme', $2, '{}', 'active', 1, now(), now())`,
      [id, id.toLowerCase()],
    );
    return id;
  }

  async insertMember(tenantId: TenantId, userId: UserId, role: string): Promise<void> {
    await this.query(
      `INSERT INTO tenant_members (tenant_id, user_id, role, version, joined_at, updated_at) VALUES ($1, $2, $3, 1, now(), now())`,
      [tenantId, userId, role],
    );
  }

  close(): Promise<void> {
    return this.client.end();
  }
}
