import { iso8601, type Database } from '#database';
import { pageOf, platformScope, type PageOf, type PageRequest } from '#kernel';
import { AuditViews, type AuditEntryView, type AuditFilter } from '../application/audit-views.ts';

// across tenants: for platform admins and operators
const entries = {
  name: 'view_audit_entries',
  text: `SELECT id, tenant_id, workspace_id, actor, action, json_build_object('type', target_type, 'id', target_id) AS target,
      before, after, request_id, ${iso8601('occurred_at', 'occurred_at')}
    FROM audit_entries
    WHERE ($1::text IS NULL OR id < $1) AND ($3::text IS NULL OR action = $3 OR starts_with(action, $3 || '.'))
      AND ($4::text IS NULL OR target_type = $4) AND ($5::text IS NULL OR target_id = $5)
    ORDER BY id DESC LIMIT $2`,
};

export class PgAuditViews extends AuditViews {
  constructor(private readonly database: Database) {
    super();
  }

  override async entries({ after, limit, action, targetType, targetId }: PageRequest & AuditFilter): Promise<PageOf<AuditEntryView>> {
    const values = [after ?? null, limit + 1, action ?? null, targetType ?? null, targetId ?? null];
    const rows = await this.database.read<AuditEntryView>(platformScope, { ...entries, values });
    return pageOf(rows, limit, ({ id }) => id);
  }
}
