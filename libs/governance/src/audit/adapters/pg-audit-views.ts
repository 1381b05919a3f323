import { iso8601, newestOfAll, newestOfGroups, type Database, type Statement } from '#database';
import { pageOf, platformScope, type PageOf, type PageRequest } from '#kernel';
import { AuditViews, type AuditEntryView, type AuditFilter } from '../application/audit-views.ts';

const columns = `t.id, t.tenant_id, t.workspace_id, t.actor, t.action, json_build_object('type', t.target_type, 'id', t.target_id) AS target,
  t.before, t.after, t.request_id, ${iso8601('t.occurred_at', 'occurred_at')}`;

const grouped = {
  table: 'audit_entries',
  groupedBy: ['action', 'target_type'],
  chosen: `($3::text IS NULL OR g.action = $3 OR starts_with(g.action, $3 || '.')) AND ($4::text IS NULL OR g.target_type = $4)`,
  columns,
};

// across tenants, all three: for platform admins and operators. Without a name: planned for the page that is asked for.
const all = newestOfAll(grouped);
const ofGroups = newestOfGroups(grouped);
const ofTarget = newestOfGroups({ ...grouped, fixed: 't.target_id = $5' });

export class PgAuditViews extends AuditViews {
  constructor(private readonly database: Database) {
    super();
  }

  override async entries({ after, limit, action, targetType, targetId }: PageRequest & AuditFilter): Promise<PageOf<AuditEntryView>> {
    const rows = await this.database.read<AuditEntryView>(
      platformScope,
      askedOf([after ?? null, limit + 1], { action, targetType, targetId }),
    );
    return pageOf(rows, limit, ({ id }) => id);
  }
}

function askedOf(
  page: readonly unknown[],
  { action, targetType, targetId }: { [field in keyof AuditFilter]: AuditFilter[field] | undefined },
): Statement {
  const groups = [...page, action ?? null, targetType ?? null];
  if (targetId !== undefined) return { text: ofTarget, values: [...groups, targetId] };
  return action === undefined && targetType === undefined ? { text: all, values: page } : { text: ofGroups, values: groups };
}
