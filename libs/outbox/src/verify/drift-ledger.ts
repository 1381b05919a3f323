import type { Transaction } from '#kernel';
import type { DriftCounts, Finding } from './drift.ts';

export interface LedgerStatus {
  readonly counts: DriftCounts;
  /** When the last round over all tenants ended; null before the first. */
  readonly roundFinishedAt: Date | null;
}

/** What continuous verification keeps: whose turn it is, how far the round is, and what it found last. */
export abstract class DriftLedger {
  /** Of several processes one verifies: its lease lasts a minute, and each claim renews it. Null: another one does. */
  abstract claim(holder: string): Promise<{ readonly tenantsAfter: string } | null>;

  /** For as long as one look lasts: another minute. False: somebody else's by now. */
  abstract renew(holder: string): Promise<boolean>;

  /** Tenants in the order of their ids, after the given one. */
  abstract tenants(after: string, limit: number): Promise<readonly string[]>;

  /** The round has come past this tenant. */
  abstract passed(holder: string, tenantId: string): Promise<void>;

  /** All of them: the next round begins at the first. */
  abstract finished(holder: string): Promise<void>;

  /** Replaces what is known of a tenant (null: of no tenant). Returns what was not known before. */
  abstract record(tx: Transaction, tenantId: string | null, findings: readonly Finding[]): Promise<readonly Finding[]>;

  abstract release(holder: string): Promise<void>;

  abstract status(): Promise<LedgerStatus>;
}
