import { executorOf } from '#database';
import type { Transaction } from '#kernel';
import type { Pool } from 'pg';
import { DriftLedger, type LedgerStatus } from '../verify/drift-ledger.ts';
import { noDrift, type DriftKind, type Finding } from '../verify/drift.ts';

const claim = `UPDATE projection_verification SET holder = $1, lease_until = now() + interval '1 minute',
    round_started_at = coalesce(round_started_at, now())
  WHERE holder IS NULL OR holder = $1 OR lease_until < now() RETURNING tenants_after`;

const renew = `UPDATE projection_verification SET lease_until = now() + interval '1 minute' WHERE holder = $1 RETURNING holder`;

// across tenants: a round comes by all of them
const tenants = 'SELECT id FROM tenants WHERE id > $1 ORDER BY id LIMIT $2';

const passed = `UPDATE projection_verification SET tenants_after = $2, lease_until = now() + interval '1 minute' WHERE holder = $1`;

const finished = `UPDATE projection_verification SET tenants_after = '', round_started_at = NULL, round_finished_at = now() WHERE holder = $1`;

const forget = {
  name: 'drift_forget',
  text: `DELETE FROM projection_drift WHERE tenant_id IS NOT DISTINCT FROM $1 AND md5(kind || ' ' || relationship) <> ALL ($2::text[])`,
};

const remember = {
  name: 'drift_remember',
  text: `INSERT INTO projection_drift (tenant_id, relationship, kind, expected, found)
    SELECT $1, relationship, kind, expected, found FROM unnest($2::text[], $3::text[], $4::text[], $5::text[]) AS f (relationship, kind, expected, found)
    ON CONFLICT (md5(kind || ' ' || relationship)) DO NOTHING RETURNING relationship`,
};

const hashes = 'SELECT md5(name) AS hash FROM unnest($1::text[]) AS name';

/** Expects a pool whose connections work for the platform, across tenants. */
export class PgDriftLedger extends DriftLedger {
  constructor(private readonly pool: Pool) {
    super();
  }

  override async claim(holder: string): Promise<{ tenantsAfter: string } | null> {
    const { rows } = await this.pool.query<{ tenants_after: string }>(claim, [holder]);
    return rows[0] === undefined ? null : { tenantsAfter: rows[0].tenants_after };
  }

  override async renew(holder: string): Promise<boolean> {
    return (await this.pool.query(renew, [holder])).rows.length > 0;
  }

  override async tenants(after: string, limit: number): Promise<readonly string[]> {
    const { rows } = await this.pool.query<{ id: string }>(tenants, [after, limit]);
    return rows.map(({ id }) => id);
  }

  override async passed(holder: string, tenantId: string): Promise<void> {
    await this.pool.query(passed, [holder, tenantId]);
  }

  override async finished(holder: string): Promise<void> {
    await this.pool.query(finished, [holder]);
  }

  override async record(tx: Transaction, tenantId: string | null, findings: readonly Finding[]): Promise<readonly Finding[]> {
    const executor = executorOf(tx);
    const column = (pick: (finding: Finding) => string) => findings.map(pick);
    const known = await executor.query<{ hash: string }>(hashes, [column(({ kind, relationship }) => `${kind} ${relationship}`)]);
    await executor.query(forget.text, [tenantId, known.rows.map(({ hash }) => hash)], forget.name);
    if (findings.length === 0) return [];
    const columns = [
      column(({ relationship }) => relationship),
      column(({ kind }) => kind),
      column(({ expected }) => expected),
      column(({ found }) => found),
    ];
    const { rows } = await executor.query<{ relationship: string }>(remember.text, [tenantId, ...columns], remember.name);
    const fresh = new Set(rows.map(({ relationship }) => relationship));
    return findings.filter(({ relationship }) => fresh.has(relationship));
  }

  override async release(holder: string): Promise<void> {
    await this.pool.query('UPDATE projection_verification SET holder = NULL, lease_until = NULL WHERE holder = $1', [holder]);
  }

  override async status(): Promise<LedgerStatus> {
    const found = await this.pool.query<{ kind: DriftKind; n: number }>(
      'SELECT kind, count(*)::integer AS n FROM projection_drift GROUP BY kind',
    );
    const round = await this.pool.query<{ at: Date | null }>('SELECT round_finished_at AS at FROM projection_verification');
    const counts = { ...noDrift, ...Object.fromEntries(found.rows.map(({ kind, n }) => [kind, n])) };
    return { counts, roundFinishedAt: round.rows[0]?.at ?? null };
  }
}
