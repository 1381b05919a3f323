import type { ExecutionContext, Transaction } from '#kernel';
import { InMemoryTable } from '#kernel/testing';
import { AuditTrail, type AuditEntry } from '../application/audit-trail.ts';

/** In memory; a transaction that fails takes its entries back. */
export class FakeAuditTrail extends AuditTrail {
  readonly rows = new InMemoryTable<AuditEntry & { readonly actor: string }>();

  override async record(_tx: Transaction, context: ExecutionContext, entry: AuditEntry): Promise<void> {
    this.rows.put(String(this.rows.all().length).padStart(9, '0'), { ...entry, actor: context.actor.id });
  }

  /** In the order in which they were written. */
  get entries(): readonly (AuditEntry & { readonly actor: string })[] {
    return this.rows.all();
  }
}
