import { executorOf } from '#database';
import type { TenantId, Transaction, UserId } from '#kernel';
import type { Standing } from '../domain/tenant-authority.ts';
import type { MembershipEnd } from '../domain/membership-end.ts';
import { TenantMembershipRepository } from '../domain/tenant-membership-repository.ts';
import { TenantMembership } from '../domain/tenant-membership.ts';
import type { TenantRole } from '../domain/tenant-role.ts';
import { inWordsOfTenancy } from './pg-tenancy-constraints.ts';

/** Past its end a membership counts as removed, whenever its row goes. */
const lasting = '(m.expires_at IS NULL OR m.expires_at > now())';

const columns = 'm.tenant_id, m.user_id, m.role, m.expires_at, m.version, m.joined_at, m.updated_at';

const standing = {
  name: 'tenant_member_standing',
  text: `SELECT m.role, u.status = 'active' AS active, m.expires_at AS "expiresAt"
    FROM tenant_members m JOIN users u ON u.id = m.user_id
    WHERE m.tenant_id = $1 AND m.user_id = $2 AND ${lasting} FOR SHARE OF u`,
};

/** FOR UPDATE, so that no role below the tenant is added meanwhile: its foreign key points here. */
const lock = {
  name: 'tenant_member_lock',
  text: `SELECT ${columns} FROM tenant_members m JOIN users u ON u.id = m.user_id
    WHERE m.tenant_id = $1 AND m.user_id = $2 AND ${lasting} FOR UPDATE OF m FOR SHARE OF u`,
};

const lockEnded = {
  name: 'tenant_member_lock_ended',
  text: `SELECT ${columns} FROM tenant_members m WHERE m.tenant_id = $1 AND m.user_id = $2 AND m.expires_at <= now() FOR UPDATE`,
};

// across tenants: memberships end by the clock, whoever they belong to
const lockAllEnded = {
  name: 'tenant_members_lock_ended',
  text: `SELECT ${columns} FROM tenant_members m WHERE m.expires_at <= now() ORDER BY m.expires_at LIMIT $1 FOR UPDATE SKIP LOCKED`,
};

/** One is enough: whoever is found stays active until this transaction ends. A row that changed while it waited is judged anew. */
const anotherActiveAdmin = {
  name: 'tenant_another_active_admin',
  text: `SELECT u.id FROM tenant_members m JOIN users u ON u.id = m.user_id
    WHERE m.tenant_id = $1 AND m.role = 'admin' AND m.user_id <> $2 AND m.expires_at IS NULL AND u.status = 'active'
    ORDER BY u.id LIMIT 1 FOR SHARE OF u`,
};

/** All of them are held, the suspended too: none may come back while somebody is appointed in their place. */
const admins = {
  name: 'tenant_admins',
  text: `SELECT u.status = 'active' AS active FROM tenant_members m JOIN users u ON u.id = m.user_id
    WHERE m.tenant_id = $1 AND m.role = 'admin' AND m.expires_at IS NULL ORDER BY u.id FOR SHARE OF u`,
};

const lastVersion = {
  name: 'tenant_member_last_version',
  text: `SELECT version FROM removed_memberships
    WHERE tenant_id = $1 AND scope_type = 'tenant' AND scope_id = $1 AND subject_type = 'user' AND subject_id = $2`,
};

const add = {
  name: 'tenant_member_add',
  text: `INSERT INTO tenant_members (tenant_id, user_id, role, expires_at, version, joined_at, updated_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)`,
};

const update = {
  name: 'tenant_member_update',
  text: `UPDATE tenant_members SET role = $3, expires_at = $4, version = $5, updated_at = $6 WHERE tenant_id = $1 AND user_id = $2`,
};

const remove = {
  name: 'tenant_member_remove',
  text: `WITH gone AS (DELETE FROM tenant_members WHERE tenant_id = $1 AND user_id = $2)
    INSERT INTO removed_memberships (tenant_id, scope_type, scope_id, subject_type, subject_id, version, removed_at)
    VALUES ($1, 'tenant', $1, 'user', $2, $3, $4)
    ON CONFLICT (tenant_id, scope_type, scope_id, subject_type, subject_id)
    DO UPDATE SET version = EXCLUDED.version, removed_at = EXCLUDED.removed_at`,
};

interface MembershipRow {
  readonly tenant_id: TenantId;
  readonly user_id: UserId;
  readonly role: TenantRole;
  readonly expires_at: MembershipEnd;
  readonly version: number;
  readonly joined_at: Date;
  readonly updated_at: Date;
}

export class PgTenantMembershipRepository extends TenantMembershipRepository {
  override async standing(tx: Transaction, tenantId: TenantId, userId: UserId): Promise<Standing | null> {
    const { rows } = await executorOf(tx).query<Standing>(standing.text, [tenantId, userId], standing.name);
    return rows[0] ?? null;
  }

  override async lock(tx: Transaction, tenantId: TenantId, userId: UserId): Promise<TenantMembership | null> {
    const { rows } = await executorOf(tx).query<MembershipRow>(lock.text, [tenantId, userId], lock.name);
    return rows.map(membershipOf)[0] ?? null;
  }

  override async lockEnded(tx: Transaction, tenantId: TenantId, userId: UserId): Promise<TenantMembership | null> {
    const { rows } = await executorOf(tx).query<MembershipRow>(lockEnded.text, [tenantId, userId], lockEnded.name);
    return rows.map(membershipOf)[0] ?? null;
  }

  override async lockAllEnded(tx: Transaction, limit: number): Promise<readonly TenantMembership[]> {
    const { rows } = await executorOf(tx).query<MembershipRow>(lockAllEnded.text, [limit], lockAllEnded.name);
    return rows.map(membershipOf);
  }

  override async anotherActiveAdmin(tx: Transaction, tenantId: TenantId, except: UserId): Promise<boolean> {
    const { rows } = await executorOf(tx).query(anotherActiveAdmin.text, [tenantId, except], anotherActiveAdmin.name);
    return rows.length > 0;
  }

  override async anyActiveAdmin(tx: Transaction, tenantId: TenantId): Promise<boolean> {
    const { rows } = await executorOf(tx).query<{ active: boolean }>(admins.text, [tenantId], admins.name);
    return rows.some(({ active }) => active);
  }

  override async lastVersion(tx: Transaction, tenantId: TenantId, userId: UserId): Promise<number> {
    const { rows } = await executorOf(tx).query<{ version: number }>(lastVersion.text, [tenantId, userId], lastVersion.name);
    return rows[0]?.version ?? 0;
  }

  override async add(tx: Transaction, membership: TenantMembership): Promise<void> {
    const { tenantId, userId, role, expiresAt, version, joinedAt, updatedAt } = membership.snapshot;
    const values = [tenantId, userId, role, expiresAt, version, joinedAt, updatedAt];
    await inWordsOfTenancy(executorOf(tx).query(add.text, values, add.name));
    tx.collect(membership);
  }

  override async update(tx: Transaction, membership: TenantMembership): Promise<void> {
    const { tenantId, userId, role, expiresAt, version, updatedAt } = membership.snapshot;
    await executorOf(tx).query(update.text, [tenantId, userId, role, expiresAt, version, updatedAt], update.name);
    tx.collect(membership);
  }

  override async remove(tx: Transaction, membership: TenantMembership): Promise<void> {
    const { tenantId, userId, version, updatedAt } = membership.snapshot;
    await executorOf(tx).query(remove.text, [tenantId, userId, version, updatedAt], remove.name);
    tx.collect(membership);
  }
}

function membershipOf(row: MembershipRow): TenantMembership {
  const { tenant_id: tenantId, user_id: userId, role, expires_at: expiresAt, version, joined_at: joinedAt, updated_at: updatedAt } = row;
  return TenantMembership.rehydrate({ tenantId, userId, role, expiresAt, version, joinedAt, updatedAt });
}
