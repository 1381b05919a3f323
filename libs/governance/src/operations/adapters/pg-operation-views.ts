import { iso8601, type Database } from '#database';
import { pageOf, platformScope, type PageOf, type PageRequest } from '#kernel';
import type { OperationId } from '../domain/operation.ts';
import { OperationViews, type OperationFilter, type OperationView } from '../application/operation-views.ts';

/**
 * A worker looks for work every second and renews what it is at every three. So when something should have been taken up five
 * seconds ago, and nobody is at anything, nobody is there: no heartbeat of its own is needed to know it.
 */
const waiting = `state IN ('pending', 'running')
    AND CASE state WHEN 'pending' THEN created_at ELSE lease_until END < now() - interval '5 seconds'
    AND NOT EXISTS (SELECT FROM operations busy WHERE busy.state = 'running' AND busy.runner IS NOT NULL AND busy.lease_until >= now()) AS waiting_for_worker`;

const columns = `id, tenant_id, kind, state, progress, request AS input, result, failure, requested_by, retry_of, cancel_requested, attempts,
  ${waiting}, version, ${iso8601('created_at', 'created_at')}, ${iso8601('started_at', 'started_at')},
  ${iso8601('finished_at', 'finished_at')}`;

const one = { name: 'view_operation', text: `SELECT ${columns} FROM operations WHERE id = $1` };

// across tenants: for platform admins and operators
const several = {
  name: 'view_operations',
  text: `SELECT ${columns} FROM operations
    WHERE ($1::text IS NULL OR id < $1) AND ($3::text IS NULL OR kind = $3) AND ($4::text IS NULL OR state = $4)
    ORDER BY id DESC LIMIT $2`,
};

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
    const values = [after ?? null, limit + 1, kind ?? null, state ?? null];
    const rows = await this.database.read<OperationRow>(platformScope, { ...several, values });
    return pageOf(rows.map(viewOf), limit, ({ id }) => id);
  }
}
