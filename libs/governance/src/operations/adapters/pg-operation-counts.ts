import type { Database } from '#database';
import { platformScope } from '#kernel';
import { OperationCounts, type OperationCount } from '../application/operation-counts.ts';

const copyLivesMs = 5_000;

/** Operations are few: an operator asks for each, or a schedule does. */
const counts = {
  name: 'operation_counts',
  // across tenants: operators watch all of them
  text: `SELECT kind, state, count(*)::int AS operations,
      coalesce(max(extract(epoch FROM now() - CASE
        WHEN state = 'pending' THEN created_at
        WHEN state = 'running' AND lease_until < now() THEN lease_until END)), 0)::float8 AS unattended_seconds
    FROM operations o
    WHERE (state IN ('pending', 'running') OR finished_at > now() - interval '7 days')
      AND NOT (state = 'failed' AND EXISTS (SELECT FROM operations again WHERE again.retry_of = o.id))
    GROUP BY kind, state ORDER BY kind, state`,
};

interface CountRow {
  readonly kind: string;
  readonly state: OperationCount['state'];
  readonly operations: number;
  readonly unattended_seconds: number;
}

export class PgOperationCounts extends OperationCounts {
  private copy: { counts: Promise<readonly OperationCount[]>; until: number } | null = null;

  constructor(private readonly database: Database) {
    super();
  }

  override read(): Promise<readonly OperationCount[]> {
    if (this.copy !== null && this.copy.until > Date.now()) return this.copy.counts;
    const copy = { counts: this.ask(), until: Date.now() + copyLivesMs };
    this.copy = copy;
    copy.counts.catch(() => (copy.until = 0));
    return copy.counts;
  }

  private async ask(): Promise<OperationCount[]> {
    const rows = await this.database.read<CountRow>(platformScope, counts);
    return rows.map(({ unattended_seconds: unattendedSeconds, ...row }) => ({ ...row, unattendedSeconds }));
  }
}
