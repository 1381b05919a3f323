import { executorOf } from '#database';
import type { TenantId, Transaction, UserId } from '#kernel';
import type { Identity } from '../domain/identity.ts';
import { UserRepository } from '../domain/user-repository.ts';
import { User, type UserStatus } from '../domain/user.ts';

/** FOR UPDATE, because a membership that is just being added rests on this row by its foreign key. */
const lock = {
  name: 'user_lock',
  text: `SELECT id, email, email_verified, display_name, status, version, created_at, updated_at FROM users WHERE id = $1 FOR UPDATE`,
};

const tenantsOf = {
  name: 'user_tenants',
  text: 'SELECT tenant_id FROM tenant_members WHERE user_id = $1 ORDER BY tenant_id',
};

const idBehind = { name: 'user_behind_identity', text: 'SELECT user_id FROM identities WHERE issuer = $1 AND subject = $2' };

/** The identity decides who wins: without it no user is made. Its foreign key is checked when the whole statement is done. */
const provision = {
  name: 'user_provision',
  text: `WITH claimed AS (
      INSERT INTO identities (issuer, subject, user_id, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING user_id
    )
    INSERT INTO users (id, email, email_verified, display_name, status, version, created_at, updated_at)
    SELECT user_id, $5, $6, $7, $8, $9, $4, $4 FROM claimed`,
};

const update = {
  name: 'user_update',
  text: `UPDATE users SET status = $2, version = $3, updated_at = $4, email = $5, email_verified = $6, display_name = $7 WHERE id = $1`,
};

interface UserRow {
  readonly id: UserId;
  readonly email: string | null;
  readonly email_verified: boolean;
  readonly display_name: string | null;
  readonly status: UserStatus;
  readonly version: number;
  readonly created_at: Date;
  readonly updated_at: Date;
}

export class PgUserRepository extends UserRepository {
  override async lock(tx: Transaction, id: UserId): Promise<User | null> {
    const { rows } = await executorOf(tx).query<UserRow>(lock.text, [id], lock.name);
    const [row] = rows;
    if (row === undefined) return null;
    const { email_verified: emailVerified, display_name: displayName, created_at: createdAt, updated_at: updatedAt, ...same } = row;
    return User.rehydrate({ ...same, emailVerified, displayName, createdAt, updatedAt });
  }

  override async tenantsOf(tx: Transaction, id: UserId): Promise<readonly TenantId[]> {
    const { rows } = await executorOf(tx).query<{ tenant_id: TenantId }>(tenantsOf.text, [id], tenantsOf.name);
    return rows.map((row) => row.tenant_id);
  }

  override async idBehind(tx: Transaction, { issuer, subject }: Identity): Promise<UserId | null> {
    const { rows } = await executorOf(tx).query<{ user_id: UserId }>(idBehind.text, [issuer, subject], idBehind.name);
    return rows[0]?.user_id ?? null;
  }

  override async provision(tx: Transaction, user: User, { issuer, subject }: Identity): Promise<boolean> {
    const { id, email, emailVerified, displayName, status, version, createdAt } = user.snapshot;
    const values = [issuer, subject, id, createdAt, email, emailVerified, displayName, status, version];
    const { rowCount } = await executorOf(tx).query(provision.text, values, provision.name);
    if (rowCount === 0) return false;
    tx.collect(user);
    return true;
  }

  override async update(tx: Transaction, user: User): Promise<void> {
    const { id, status, version, updatedAt, email, emailVerified, displayName } = user.snapshot;
    await executorOf(tx).query(update.text, [id, status, version, updatedAt, email, emailVerified, displayName], update.name);
    tx.collect(user);
  }
}
