import { iso8601, newestOfAll, newestOfGroups, type Database } from '#database';
import { pageOf, platformScope, type PageOf, type PageRequest } from '#kernel';
import type { OperationId } from '../domain/operation.ts';
import { OperationViews, type OperationFilter, type OperationView } from '../application/operation-views.ts';

/**
 * A worker looks for work every second and renews what it is at every three. So when something should have been taken up five
 * seconds ago, and nobody is at anything, nobody is there: no heartbeat of its own is needed to know it.
 */
const waiting = `t.state IN ('pending', 'running')
    AND CASE t.state WHEN 'pending' THEN t.created_at ELSE t.lease_until END < now() - interval '5 seconds'
    AND NOT EXISTS (SELECT FROM operations busy WHERE busy.state = 'running' AND busy.runner IS NOT NULL
      AND busy.lease_until >= now()) AS waiting_for_worker`;

const columns = `t.id, t.tenant_id, t.kind, t.state, t.progress, t.request AS input, t.result, t.failure, t.requested_by, t.retry_of,
  t.cancel_requested, t.attempts, ${waiting}, t.version, ${iso8601('t.created_at', 'created_at')}, ${iso8601('t.started_at', 'started_at')},
  ${iso8601('t.finished_at', 'finished_at')}`;

const one = { name: 'view_operation', text: `SELECT ${columns} FROM operations t WHERE t.id = $1` };

// across tenants, both: for platform admins and operators. Without a name: planned for the page that is asked for.
const listed = { table: 'operations', columns };
const all = newestOfAll(listed);
const ofGroups = newestOfGroups({
  ...listed,
  groupedBy: ['kind', 'state'],
  chosen: '($3::text IS NULL OR g.kind = $3) AND ($4::text IS NULL OR g.state = $4)',
});

type OperationRow = Omit<OperationView, 'progress'> & {
  readonly progress: { readonly done: number; readonly total: number | null; readonly step?: string };
};

const viewOf = ({ progress, ...row }: OperationRow): OperationView => ({
  ...row,
  progress: { done: progress.done, total: progress.total, step: progress.step ?? null },
});

export class PgOperationViews extends OperationViews {
  constructor(private readonly database: Database) {
    super();
  }

  override async operation(id: OperationId): Promise<OperationView | null> {
    const [row] = await this.database.read<OperationRow>(platformScope, { ...one, values: [id] });
    return row === undefined ? null : viewOf(row);
  }

  override async operations({ after, limit, kind, state }: PageRequest & OperationFilter): Promise<PageOf<OperationView>> {
    const page = [after ?? null, limit + 1];
    const asked =
      kind === undefined && state === undefined
        ? { text: all, values: page }
        : { text: ofGroups, values: [...page, kind ?? null, state ?? null] };
    const rows = await this.database.read<OperationRow>(platformScope, asked);
    return pageOf(rows.map(viewOf), limit, ({ id }) => id);
  }
}
