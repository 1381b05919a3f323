import type { GroupRole } from '#iam';
import type { GroupId, TenantId, UserId, WorkspaceId } from '#kernel';
import { anId } from '#kernel/testing';
import type { OwnerConnection } from './owner-connection.ts';

/** Groups as they would be there from before. */
export class GroupRows {
  constructor(private readonly owner: OwnerConnection) {}

  /** A group of the tenant with these people in it, who are made members of the tenant by this. */
  async insert(tenantId: TenantId, people: { [role in GroupRole]?: readonly UserId[] } = {}): Promise<GroupId> {
    const id = anId<GroupId>();
    await this.owner.query(
      `INSERT INTO groups (id, tenant_id, name, version, created_at, updated_at) VALUES ($1, $2, $1, 1, now(), now())`,
      [id, tenantId],
    );
    for (const role of ['admin', 'member'] as const) for (const userId of people[role] ?? []) await this.join(tenantId, id, userId, role);
    return id;
  }

  async join(tenantId: TenantId, groupId: GroupId, userId: UserId, role: GroupRole): Promise<void> {
    await this.owner.query(
      `INSERT INTO tenant_members (tenant_id, user_id, role, version, joined_at, updated_at) VALUES ($1, $2, 'member', 1, now(), now())
       ON CONFLICT DO NOTHING`,
      [tenantId, userId],
    );
    await this.owner.query(
      `INSERT INTO group_members (tenant_id, group_id, user_id, role, version, joined_at, updated_at) VALUES ($1, $2, $3, $4, 1, now(), now())`,
      [tenantId, groupId, userId, role],
    );
  }

  /** The membership was over a minute ago. */
  async isOver(groupId: GroupId, userId: UserId): Promise<void> {
    await this.owner.query(`UPDATE group_members SET expires_at = now() - interval '1 minute' WHERE group_id = $1 AND user_id = $2`, [
      groupId,
      userId,
    ]);
  }

  async grant(tenantId: TenantId, workspaceId: WorkspaceId, groupId: GroupId, role: string): Promise<void> {
    await this.owner.query(
      `INSERT INTO workspace_members (tenant_id, workspace_id, subject_type, subject_id, group_id, role, version, joined_at, updated_at)
       VALUES ($1, $2, 'group', $3, $3, $4, 1, now(), now())`,
      [tenantId, workspaceId, groupId, role],
    );
  }

  /** Who is in the group, in order of the ids. */
  async membersOf(groupId: GroupId): Promise<{ user_id: UserId; role: GroupRole; version: number }[]> {
    return this.owner.query(`SELECT user_id, role, version FROM group_members WHERE group_id = $1 ORDER BY user_id`, [groupId]);
  }

  async adminsOf(groupId: GroupId): Promise<UserId[]> {
    return (await this.membersOf(groupId)).filter(({ role }) => role === 'admin').map(({ user_id }) => user_id);
  }

  /** How many rows of any kind still name the group. */
  async traces(groupId: GroupId): Promise<number> {
    const [row] = await this.owner.query<{ n: number }>(
      `SELECT ((SELECT count(*) FROM groups WHERE id = $1) + (SELECT count(*) FROM group_members WHERE group_id = $1)
         + (SELECT count(*) FROM workspace_members WHERE group_id = $1))::integer AS n`,
      [groupId],
    );
    return row?.n ?? -1;
  }
}
