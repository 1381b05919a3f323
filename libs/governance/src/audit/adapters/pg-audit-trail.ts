import { executorOf } from '#database';
import type { Clock, ExecutionContext, IdGenerator, Transaction } from '#kernel';
import { AuditTrail, type AuditEntry } from '../application/audit-trail.ts';

const append = {
  name: 'audit_append',
  text: `INSERT INTO audit_entries (id, tenant_id, workspace_id, actor, action, target_type, target_id, before, after, request_id, occurred_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
};

const json = (value: object | null | undefined) => (value === null || value === undefined ? null : JSON.stringify(value));

export class PgAuditTrail extends AuditTrail {
  constructor(
    private readonly ids: IdGenerator,
    private readonly clock: Clock,
  ) {
    super();
  }

  override async record(tx: Transaction, context: ExecutionContext, entry: AuditEntry): Promise<void> {
    const { action, target, tenantId, workspaceId, before, after } = entry;
    const what = [this.ids.next(), tenantId, workspaceId ?? null, json(context.actor), action, target.type, target.id];
    await executorOf(tx).query(append.text, [...what, json(before), json(after), context.requestId, this.clock.now()], append.name);
  }
}
