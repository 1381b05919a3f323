import pg from 'pg';
import type { ChildRows } from './child-workspaces.ts';

/** Workspace, owner, both events and their places on the work list: the least that storing them takes. */
const text = `WITH workspace AS (
    INSERT INTO workspaces (id, tenant_id, parent_id, name, slug, inherits, state, version, created_at, updated_at)
    SELECT w.id, w.tenant_id, w.parent_id, w.name, w.slug, w.inherits, w.state, w.version, w.created_at, w.updated_at
    FROM jsonb_populate_record(NULL::workspaces, $1::jsonb) AS w),
  member AS (
    INSERT INTO workspace_members (tenant_id, workspace_id, subject_type, subject_id, role, version, joined_at, updated_at)
    SELECT m.tenant_id, m.workspace_id, m.subject_type, m.subject_id, m.role, m.version, m.joined_at, m.updated_at
    FROM jsonb_populate_record(NULL::workspace_members, $2::jsonb) AS m),
  logged AS (
    INSERT INTO outbox_events (id, bucket, tenant_id, aggregate_type, aggregate_id, aggregate_version, type, schema_version,
      revoking, payload, metadata, occurred_at)
    SELECT e.id, e.bucket, e.tenant_id, e.aggregate_type, e.aggregate_id, e.aggregate_version, e.type, e.schema_version,
      e.revoking, e.payload, e.metadata, e.occurred_at
    FROM jsonb_populate_recordset(NULL::outbox_events, $3::jsonb) AS e
    RETURNING position, committed_at, bucket, tenant_id, revoking)
  INSERT INTO outbox_pending (position, committed_at, bucket, tenant_id, revoking, projection_version)
  SELECT position, committed_at, bucket, tenant_id, revoking, 1 FROM logged`;

/** Connections that do nothing but run that statement, each one after the other. */
export class OneStatement {
  private constructor(private readonly clients: readonly pg.Client[]) {}

  static async connect(connectionString: string, options: string, count: number): Promise<OneStatement> {
    const clients = Array.from({ length: count }, () => new pg.Client({ connectionString, options }));
    await Promise.all(clients.map((client) => client.connect()));
    return new OneStatement(clients);
  }

  async store(nth: number, { workspace, member, events }: ChildRows): Promise<void> {
    const values = [JSON.stringify(workspace), JSON.stringify(member), JSON.stringify(events)];
    await this.clients[nth]?.query({ name: 'one_statement', text, values });
  }

  async close(): Promise<void> {
    await Promise.all(this.clients.map((client) => client.end()));
  }
}
