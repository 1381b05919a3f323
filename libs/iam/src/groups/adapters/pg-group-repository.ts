import { executorOf } from '#database';
import type { GroupId, TenantId, Transaction } from '#kernel';
import type { GroupMembership } from '../domain/group-membership.ts';
import type { GroupDescription, GroupName } from '../domain/group-name.ts';
import { GroupRepository } from '../domain/group-repository.ts';
import { Group } from '../domain/group.ts';
import { inWordsOfGroups } from './pg-groups-constraints.ts';

/** FOR UPDATE also stops roles for the group, and members of it, that are being written: their foreign keys point here. */
const lock = {
  name: 'group_lock',
  text: `SELECT id, name, description, version, created_at, updated_at FROM groups WHERE tenant_id = $1 AND id = $2 FOR UPDATE`,
};

/** Group and first admin in one statement. */
const create = {
  name: 'group_create',
  text: `WITH made AS (
      INSERT INTO groups (id, tenant_id, name, description, version, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $6)
    )
    INSERT INTO group_members (tenant_id, group_id, user_id, role, expires_at, version, joined_at, updated_at)
    VALUES ($2, $1, $7, $8, $9, $10, $6, $6)`,
};

const update = {
  name: 'group_update',
  text: `UPDATE groups SET name = $3, description = $4, version = $5, updated_at = $6 WHERE tenant_id = $1 AND id = $2`,
};

const remove = { name: 'group_delete', text: 'DELETE FROM groups WHERE tenant_id = $1 AND id = $2' };

interface GroupRow {
  readonly id: GroupId;
  readonly name: GroupName;
  readonly description: GroupDescription | null;
  readonly version: number;
  readonly created_at: Date;
  readonly updated_at: Date;
}

export class PgGroupRepository extends GroupRepository {
  override async lock(tx: Transaction, tenantId: TenantId, groupId: GroupId): Promise<Group | null> {
    const { rows } = await executorOf(tx).query<GroupRow>(lock.text, [tenantId, groupId], lock.name);
    const [row] = rows;
    if (row === undefined) return null;
    const { created_at: createdAt, updated_at: updatedAt, ...same } = row;
    return Group.rehydrate({ ...same, tenantId, createdAt, updatedAt });
  }

  override async create(tx: Transaction, group: Group, admin: GroupMembership): Promise<void> {
    const { id, tenantId, name, description, version, createdAt } = group.snapshot;
    const { userId, role, expiresAt, version: memberVersion } = admin.snapshot;
    const values = [id, tenantId, name, description, version, createdAt, userId, role, expiresAt, memberVersion];
    await inWordsOfGroups(executorOf(tx).query(create.text, values, create.name));
    tx.collect(group);
    tx.collect(admin);
  }

  override async update(tx: Transaction, group: Group): Promise<void> {
    const { id, tenantId, name, description, version, updatedAt } = group.snapshot;
    await inWordsOfGroups(executorOf(tx).query(update.text, [tenantId, id, name, description, version, updatedAt], update.name));
    tx.collect(group);
  }

  override async delete(tx: Transaction, group: Group): Promise<void> {
    const { id, tenantId } = group.snapshot;
    await executorOf(tx).query(remove.text, [tenantId, id], remove.name);
    tx.collect(group);
  }
}
