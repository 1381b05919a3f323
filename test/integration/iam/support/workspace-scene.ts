import type { TenantId, UserId, WorkspaceId } from '#kernel';
import { anId } from '#kernel/testing';
import type { OwnerConnection } from './owner-connection.ts';

/** A tenant of people who are mere members of it, its root workspace, and one below that inherits. */
export interface WorkspaceScene {
  readonly tenantId: TenantId;
  readonly rootId: WorkspaceId;
  readonly workspaceId: WorkspaceId;
  readonly people: readonly UserId[];
}

/** One statement, so that a hundred rounds of a race are over soon. */
const insert = `
  WITH people AS (SELECT id, role FROM unnest($4::text[], $5::text[]) AS person (id, role)),
  tenant AS (
    INSERT INTO tenants (id, name, slug, metadata, state, version, created_at, updated_at)
    VALUES ($1, 'Acme', lower($1), '{}', 'active', 1, now(), now())
  ), tree AS (
    INSERT INTO workspaces (id, tenant_id, parent_id, name, slug, state, version, created_at, updated_at)
    VALUES ($2, $1, NULL, $2, lower($2), 'active', 1, now(), now()), ($3, $1, $2, $3, lower($3), 'active', 1, now(), now())
  ), users_of AS (
    INSERT INTO users (id, email_verified, status, version, created_at, updated_at) SELECT id, false, 'active', 1, now(), now() FROM people
  ), members AS (
    INSERT INTO tenant_members (tenant_id, user_id, role, version, joined_at, updated_at) SELECT $1, id, 'member', 1, now(), now() FROM people
  )
  INSERT INTO workspace_members (tenant_id, workspace_id, subject_type, subject_id, role, version, joined_at, updated_at)
  SELECT $1, $3, 'user', id, role, 1, now(), now() FROM people WHERE role IS NOT NULL`;

/** As many people as there are roles, each with theirs in the workspace; null: with none. */
export async function workspaceScene(owner: OwnerConnection, ...roles: readonly (string | null)[]): Promise<WorkspaceScene> {
  const scene = { tenantId: anId<TenantId>(), rootId: anId<WorkspaceId>(), workspaceId: anId<WorkspaceId>() };
  const people = roles.map(() => anId<UserId>());
  await owner.query(insert, [scene.tenantId, scene.rootId, scene.workspaceId, people, roles]);
  return { ...scene, people };
}

/** Direct, active ones without an end: those that count. */
export async function ownersOf(owner: OwnerConnection, workspaceId: WorkspaceId): Promise<string[]> {
  const rows = await owner.query<{ id: string }>(
    `SELECT u.id FROM workspace_members m JOIN users u ON u.id = m.user_id
     WHERE m.workspace_id = $1 AND m.role = 'owner' AND m.expires_at IS NULL AND u.status = 'active' ORDER BY u.id`,
    [workspaceId],
  );
  return rows.map(({ id }) => id);
}
