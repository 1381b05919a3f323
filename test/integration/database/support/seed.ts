import type { ClientBase } from 'pg';

const id = (kind: string, n: number) => `01K000000000000000${kind}${String(n).padStart(7, '0')}`.toUpperCase();
export const seeded = {
  tenants: [id('T', 1), id('T', 2)],
  users: [id('V', 1), id('V', 2)],
  workspaces: [id('W', 1), id('W', 2)],
} as const;

const seeds: Readonly<Record<string, (n: number) => string>> = {
  users: (n) =>
    `INSERT INTO users (id, email, email_verified, status, version, created_at, updated_at) VALUES ('${id('V', n)}', 'u${n}@example.org', true, 'active', 1, now(), now())`,
  tenants: (n) => `INSERT INTO tenants (id, name, slug, metadata, state, version, created_at, updated_at)
    VALUES ('${id('T', n)}', 'Tenant ${n}', 'tenant-${n}', '{}', 'active', 1, now(), now())`,
  tenant_members: (n) => `INSERT INTO tenant_members (tenant_id, user_id, role, version, joined_at, updated_at)
    VALUES ('${id('T', n)}', '${id('V', n)}', 'admin', 1, now(), now())`,
  workspaces: (n) => `INSERT INTO workspaces (id, tenant_id, name, slug, state, version, created_at, updated_at)
    VALUES ('${id('W', n)}', '${id('T', n)}', 'Root', 'root', 'active', 1, now(), now())`,
  workspace_members: (
    n,
  ) => `INSERT INTO workspace_members (tenant_id, workspace_id, subject_type, subject_id, role, version, joined_at, updated_at)
    VALUES ('${id('T', n)}', '${id('W', n)}', 'user', '${id('V', n)}', 'owner', 1, now(), now())`,
  groups: (n) => `INSERT INTO groups (id, tenant_id, name, version, created_at, updated_at)
    VALUES ('${id('G', n)}', '${id('T', n)}', 'Group ${n}', 1, now(), now())`,
  group_members: (n) => `INSERT INTO group_members (tenant_id, group_id, user_id, role, version, joined_at, updated_at)
    VALUES ('${id('T', n)}', '${id('G', n)}', '${id('V', n)}', 'admin', 1, now(), now())`,
  removed_memberships: (
    n,
  ) => `INSERT INTO removed_memberships (tenant_id, scope_type, scope_id, subject_type, subject_id, version, removed_at)
    VALUES ('${id('T', n)}', 'tenant', '${id('T', n)}', 'user', '${id('V', 9)}', 3, now())`,
  outbox_events: (
    n,
  ) => `INSERT INTO outbox_events (id, bucket, tenant_id, aggregate_type, aggregate_id, aggregate_version, type, schema_version,
      revoking, payload, metadata, occurred_at)
    VALUES ('${id('E', n)}', ${n}, '${id('T', n)}', 'tenant', '${id('T', n)}', 1, 'tenant.created', 1, false, '{}', '{}', now())`,
  outbox_pending: (n) => `INSERT INTO outbox_pending (position, committed_at, bucket, tenant_id, revoking, projection_version)
    VALUES (${n}, now(), ${n}, '${id('T', n)}', false, 1)`,
  operations: (n) => `INSERT INTO operations (id, tenant_id, kind, request, requested_by, request_id, created_at, updated_at)
    VALUES ('${id('P', n)}', '${id('T', n)}', 'verify', '{}', '{}', 'seed', now(), now())`,
  audit_entries: (n) => `INSERT INTO audit_entries (id, tenant_id, actor, action, target_type, target_id, request_id, occurred_at)
    VALUES ('${id('A', n)}', '${id('T', n)}', '{}', 'operation.requested', 'operation', '${id('P', n)}', 'seed', now())`,
  projection_drift: (n) => `INSERT INTO projection_drift (relationship, tenant_id, kind, expected, found)
    VALUES ('tenant:${id('T', n)}#member@user:${id('V', 9)}', '${id('T', n)}', 'extra', 'absent', 'present')`,
};

/** Tables that {@link seed} fills, parents first. */
export const seededTables = Object.keys(seeds);

/** Two tenants with one row in every table of theirs that exists at this point of the migrations and is still empty. */
export async function seed(owner: ClientBase): Promise<void> {
  for (const [table, insert] of Object.entries(seeds)) {
    const { rows } = await owner.query<{ exists: boolean }>('SELECT to_regclass($1) IS NOT NULL AS exists', [table]);
    if (!rows[0]?.exists || (await owner.query(`SELECT FROM ${table} LIMIT 1`)).rowCount) continue;
    for (const n of [1, 2]) await owner.query(insert(n));
  }
}
