import { executorOf } from '#database';
import type { TenantId, Transaction, UserId } from '#kernel';
import type { Standing } from '../domain/tenant-authority.ts';
import { TenantMembershipRepository } from '../domain/tenant-membership-repository.ts';
import { TenantMembership } from '../domain/tenant-membership.ts';
import type { TenantRole } from '../domain/tenant-role.ts';
import { inWordsOfTenancy } from './pg-tenancy-constraints.ts';

const standing = {
  name: 'tenant_member_standing',
  text: `SELECT m.role, u.status = 'active' AS active FROM tenant_members m JOIN users u ON u.id = m.user_id
    WHERE m.tenant_id = $1 AND m.user_id = $2 FOR SHARE OF u`,
};

/** FOR UPDATE, so that no role below the tenant is added meanwhile: its foreign key points here. */
const lock = {
  name: 'tenant_member_lock',
  text: `SELECT m.tenant_id, m.user_id, m.role, m.version, m.joined_at, m.updated_at
    FROM tenant_members m JOIN users u ON u.id = m.user_id
    WHERE m.tenant_id = $1 AND m.user_id = $2 FOR UPDATE OF m FOR SHARE OF u`,
};

/** One is enough: whoever is found stays active until this transaction ends. A row that changed while it waited is judged anew. */
const anotherActiveAdmin = {
  name: 'tenant_another_active_admin',
  text: `SELECT u.id FROM tenant_members m JOIN users u ON u.id = m.user_id
    WHERE m.tenant_id = $1 AND m.role = 'admin' AND m.user_id <> $2 AND u.status = 'active'
    ORDER BY u.id LIMIT 1 FOR SHARE OF u`,
};

/** All of them are held, the suspended too: none may come back while somebody is appointed in their place. */
const admins = {
  name: 'tenant_admins',
  text: `SELECT u.status = 'active' AS active FROM tenant_members m JOIN users u ON u.id = m.user_id
    WHERE m.tenant_id = $1 AND m.role = 'admin' ORDER BY u.id FOR SHARE OF u`,
};

const lastVersion = {
  name: 'tenant_member_last_version',
  text: `SELECT version FROM removed_memberships
    WHERE tenant_id = $1 AND scope_type = 'tenant' AND scope_id = $1 AND subject_type = 'user' AND subject_id = $2`,
};

const add = {
  name: 'tenant_member_add',
  text: `INSERT INTO tenant_members (tenant_id, user_id, role, version, joined_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6)`,
};

const update = {
  name: 'tenant_member_update',
  text: `UPDATE tenant_members SET role = $3, version = $4, updated_at = $5 WHERE tenant_id = $1 AND user_id = $2`,
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
    const [row] = rows;
    if (row === undefined) return null;
    const { role, version } = row;
    return TenantMembership.rehydrate({ tenantId, userId, role, version, joinedAt: row.joined_at, updatedAt: row.updated_at });
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
    const { tenantId, userId, role, version, joinedAt, updatedAt } = membership.snapshot;
    await inWordsOfTenancy(executorOf(tx).query(add.text, [tenantId, userId, role, version, joinedAt, updatedAt], add.name));
    tx.collect(membership);
  }

  override async update(tx: Transaction, membership: TenantMembership): Promise<void> {
    const { tenantId, userId, role, version, updatedAt } = membership.snapshot;
    await executorOf(tx).query(update.text, [tenantId, userId, role, version, updatedAt], update.name);
    tx.collect(membership);
  }

  override async remove(tx: Transaction, membership: TenantMembership): Promise<void> {
    const { tenantId, userId, version, updatedAt } = membership.snapshot;
    await executorOf(tx).query(remove.text, [tenantId, userId, version, updatedAt], remove.name);
    tx.collect(membership);
  }
}
