import { executorOf } from '#database';
import type { TenantId, Transaction } from '#kernel';
import type { ExternalId } from '../domain/external-id.ts';
import type { TenantMembership } from '../domain/tenant-membership.ts';
import type { TenantMetadata } from '../domain/tenant-metadata.ts';
import type { TenantName } from '../domain/tenant-name.ts';
import { TenantRepository } from '../domain/tenant-repository.ts';
import type { TenantSlug } from '../domain/tenant-slug.ts';
import { Tenant, type TenantState } from '../domain/tenant.ts';
import { inWordsOfTenancy } from './pg-tenancy-constraints.ts';

const columns = 'id, name, slug, external_id, metadata, state, is_default, version, created_at, updated_at';

const hold = { name: 'tenant_hold', text: `SELECT ${columns} FROM tenants WHERE id = $1 FOR SHARE` };

/** Not FOR UPDATE: that would also stop every insert below the tenant, whose foreign keys only need its id to stay. */
const lock = { name: 'tenant_lock', text: `SELECT ${columns} FROM tenants WHERE id = $1 FOR NO KEY UPDATE` };

/** Tenant and first admin in one statement. */
const create = {
  name: 'tenant_create',
  text: `WITH tenant AS (
      INSERT INTO tenants (${columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)
    )
    INSERT INTO tenant_members (tenant_id, user_id, role, version, joined_at, updated_at) VALUES ($1, $10, $11, $12, $9, $9)`,
};

/** Waits for another process that is making it, and then does nothing. */
const createDefault = {
  name: 'tenant_create_default',
  text: `INSERT INTO tenants (${columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9) ON CONFLICT DO NOTHING`,
};

// across tenants: there is one default tenant in all
const findDefault = { name: 'tenant_find_default', text: 'SELECT id FROM tenants WHERE is_default' };

const update = {
  name: 'tenant_update',
  text: `UPDATE tenants SET name = $2, external_id = $3, metadata = $4, state = $5, version = $6, updated_at = $7 WHERE id = $1`,
};

interface TenantRow {
  readonly id: TenantId;
  readonly name: TenantName;
  readonly slug: TenantSlug;
  readonly external_id: ExternalId | null;
  readonly metadata: TenantMetadata;
  readonly state: TenantState;
  readonly is_default: boolean;
  readonly version: number;
  readonly created_at: Date;
  readonly updated_at: Date;
}

export class PgTenantRepository extends TenantRepository {
  override async hold(tx: Transaction, id: TenantId): Promise<Tenant | null> {
    const { rows } = await executorOf(tx).query<TenantRow>(hold.text, [id], hold.name);
    return tenantOf(rows[0]);
  }

  override async lock(tx: Transaction, id: TenantId): Promise<Tenant | null> {
    const { rows } = await executorOf(tx).query<TenantRow>(lock.text, [id], lock.name);
    return tenantOf(rows[0]);
  }

  override async create(tx: Transaction, tenant: Tenant, firstAdmin: TenantMembership): Promise<void> {
    const { userId, role, version } = firstAdmin.snapshot;
    await inWordsOfTenancy(executorOf(tx).query(create.text, [...valuesOf(tenant), userId, role, version], create.name));
    tx.collect(tenant);
    tx.collect(firstAdmin);
  }

  override async createDefault(tx: Transaction, tenant: Tenant): Promise<boolean> {
    const { rowCount } = await executorOf(tx).query(createDefault.text, valuesOf(tenant), createDefault.name);
    if (rowCount === 0) return false;
    tx.collect(tenant);
    return true;
  }

  override async findDefault(tx: Transaction): Promise<TenantId | null> {
    const { rows } = await executorOf(tx).query<{ id: TenantId }>(findDefault.text, [], findDefault.name);
    return rows[0]?.id ?? null;
  }

  override async update(tx: Transaction, tenant: Tenant): Promise<void> {
    const { id, name, externalId, metadata, state, version, updatedAt } = tenant.snapshot;
    const values = [id, name, externalId, JSON.stringify(metadata), state, version, updatedAt];
    await inWordsOfTenancy(executorOf(tx).query(update.text, values, update.name));
    tx.collect(tenant);
  }
}

function valuesOf(tenant: Tenant): unknown[] {
  const { id, name, slug, externalId, metadata, state, isDefault, version, createdAt } = tenant.snapshot;
  return [id, name, slug, externalId, JSON.stringify(metadata), state, isDefault, version, createdAt];
}

function tenantOf(row: TenantRow | undefined): Tenant | null {
  if (row === undefined) return null;
  const { external_id: externalId, is_default: isDefault, created_at: createdAt, updated_at: updatedAt, ...same } = row;
  return Tenant.rehydrate({ ...same, externalId, isDefault, createdAt, updatedAt });
}
