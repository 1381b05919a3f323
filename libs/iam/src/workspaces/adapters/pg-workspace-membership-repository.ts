import { executorOf, onConstraint } from '#database';
import type { TenantId, Transaction, UserId, WorkspaceId } from '#kernel';
import { AlreadyWorkspaceMember, NamedGroupNotFound, UserNotMember } from '../domain/member-errors.ts';
import type { MemberSubject } from '../domain/member-subject.ts';
import type { RoleUntil, WorkspaceStanding } from '../domain/workspace-authority.ts';
import { WorkspaceMembershipRepository, type FoundMembership, type WorkspaceKey } from '../domain/workspace-membership-repository.ts';
import { WorkspaceMembership } from '../domain/workspace-membership.ts';
import type { WorkspaceRole } from '../domain/workspace-role.ts';
import * as sql from './pg-workspace-membership-sql.ts';

interface MembershipRow {
  readonly tenant_id: TenantId;
  readonly workspace_id: WorkspaceId;
  readonly subject_type: MemberSubject['type'];
  readonly subject_id: string;
  readonly role: WorkspaceRole;
  readonly expires_at: Date | null;
  readonly version: number;
  readonly joined_at: Date;
  readonly updated_at: Date;
}

const refusals = {
  workspace_members_pkey: () => new AlreadyWorkspaceMember(),
  workspace_members_user_in_tenant: () => new UserNotMember(),
  workspace_members_group_in_tenant: () => new NamedGroupNotFound(),
};

const keyOf = ({ tenantId, workspaceId }: WorkspaceKey, { type, id }: MemberSubject) => [tenantId, workspaceId, type, id];

export class PgWorkspaceMembershipRepository extends WorkspaceMembershipRepository {
  override async lockWorkspace(tx: Transaction, { tenantId, workspaceId }: WorkspaceKey): Promise<string | null> {
    const values = [tenantId, workspaceId];
    const [, { rows }] = await Promise.all([
      executorOf(tx).query(sql.holdTree.text, values, sql.holdTree.name),
      executorOf(tx).query<{ state: string }>(sql.lockWorkspace.text, values, sql.lockWorkspace.name),
    ]);
    return rows[0]?.state ?? null;
  }

  override async standing(tx: Transaction, { tenantId, workspaceId }: WorkspaceKey, userId: UserId): Promise<WorkspaceStanding | null> {
    const [inTenant, own, through] = await Promise.all([
      executorOf(tx).query<RoleUntil>(sql.tenantStanding.text, [tenantId, userId], sql.tenantStanding.name),
      executorOf(tx).query<RoleUntil>(sql.ownRoles.text, [tenantId, workspaceId, userId], sql.ownRoles.name),
      executorOf(tx).query<RoleUntil>(sql.rolesThroughGroups.text, [tenantId, workspaceId, userId], sql.rolesThroughGroups.name),
    ]);
    const [membership] = inTenant.rows;
    return membership === undefined ? null : { inTenant: membership, roles: [...own.rows, ...through.rows] };
  }

  override async isActiveInTenant(tx: Transaction, tenantId: TenantId, userId: UserId): Promise<boolean | null> {
    const { rows } = await executorOf(tx).query<{ active: boolean }>(
      sql.isActiveInTenant.text,
      [tenantId, userId],
      sql.isActiveInTenant.name,
    );
    return rows[0]?.active ?? null;
  }

  override async lock(tx: Transaction, at: WorkspaceKey, subject: MemberSubject): Promise<FoundMembership | null> {
    const { rows } = await executorOf(tx).query<MembershipRow & { is_over: boolean }>(sql.lock.text, keyOf(at, subject), sql.lock.name);
    return rows[0] === undefined ? null : { membership: membershipOf(rows[0]), isOver: rows[0].is_over };
  }

  override async anotherOwnerLasts(tx: Transaction, at: WorkspaceKey, except: MemberSubject): Promise<boolean> {
    const { rows } = await executorOf(tx).query(sql.anotherOwnerLasts.text, keyOf(at, except), sql.anotherOwnerLasts.name);
    return rows.length > 0;
  }

  override async lastVersion(tx: Transaction, at: WorkspaceKey, subject: MemberSubject): Promise<number> {
    const { rows } = await executorOf(tx).query<{ version: number }>(sql.lastVersion.text, keyOf(at, subject), sql.lastVersion.name);
    return rows[0]?.version ?? 0;
  }

  override async add(tx: Transaction, membership: WorkspaceMembership): Promise<void> {
    const { role, expiresAt, version, joinedAt, updatedAt, ...key } = membership.snapshot;
    const values = [...keyOf(key, key.subject), role, expiresAt, version, joinedAt, updatedAt];
    await onConstraint(executorOf(tx).query(sql.add.text, values, sql.add.name), refusals);
    tx.collect(membership);
  }

  override async update(tx: Transaction, membership: WorkspaceMembership): Promise<void> {
    const { role, expiresAt, version, updatedAt, ...key } = membership.snapshot;
    const values = [...keyOf(key, key.subject), role, expiresAt, version, updatedAt];
    await executorOf(tx).query(sql.update.text, values, sql.update.name);
    tx.collect(membership);
  }

  override async lockAllOf(tx: Transaction, tenantId: TenantId, { type, id }: MemberSubject): Promise<readonly WorkspaceMembership[]> {
    const { text, name } = sql.lockAllOf[type];
    return (await executorOf(tx).query<MembershipRow>(text, [tenantId, id], name)).rows.map(membershipOf);
  }

  override async lockAllIn(tx: Transaction, { tenantId, workspaceId }: WorkspaceKey): Promise<readonly WorkspaceMembership[]> {
    const { text, name } = sql.lockAllIn;
    return (await executorOf(tx).query<MembershipRow>(text, [tenantId, workspaceId], name)).rows.map(membershipOf);
  }

  override async lockAllEnded(tx: Transaction, limit: number): Promise<readonly WorkspaceMembership[]> {
    const { text, name } = sql.lockAllEnded;
    return (await executorOf(tx).query<MembershipRow>(text, [limit], name)).rows.map(membershipOf);
  }

  override async remove(tx: Transaction, memberships: readonly WorkspaceMembership[]): Promise<void> {
    const removed = memberships.map((membership) => membership.snapshot);
    const columns = [
      removed.map(({ tenantId }) => tenantId),
      removed.map(({ workspaceId }) => workspaceId),
      removed.map(({ subject }) => subject.type),
      removed.map(({ subject }) => subject.id),
      removed.map(({ version }) => version),
    ];
    await executorOf(tx).query(sql.remove.text, columns, sql.remove.name);
    for (const membership of memberships) tx.collect(membership);
  }
}

function membershipOf(row: MembershipRow): WorkspaceMembership {
  const { tenant_id: tenantId, workspace_id: workspaceId, subject_type: type, subject_id: id, role, version } = row;
  const { expires_at: expiresAt, joined_at: joinedAt, updated_at: updatedAt } = row;
  const subject = { type, id } as MemberSubject;
  return WorkspaceMembership.rehydrate({ tenantId, workspaceId, subject, role, expiresAt, version, joinedAt, updatedAt });
}
