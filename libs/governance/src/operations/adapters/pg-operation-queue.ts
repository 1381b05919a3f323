import type { Database, Statement } from '#database';
import { platformScope } from '#kernel';
import { leaseMs, OperationQueue, type ClaimedOperation, type Hold, type OperationOutcome } from '../application/operation-queue.ts';
import type { Json, OperationId, OperationProgress } from '../domain/operation.ts';
import { operationsChannel } from './pg-operations-bell.ts';

const nextLease = `lease_until = now() + interval '${leaseMs} milliseconds'`;
const changed = 'version = version + 1, updated_at = now()';
const held = `id = $1 AND runner = $2 AND state = 'running'`;

// across tenants: workers do what is next, whosever it is
const claim = {
  name: 'operation_claim',
  text: `WITH next AS (
      SELECT id FROM operations
      WHERE state IN ('pending', 'running') AND (state = 'pending' OR lease_until <= now()) AND kind = ANY ($2::text[])
        AND id <> ALL ($3::text[])
      ORDER BY created_at LIMIT 1 FOR UPDATE SKIP LOCKED)
    UPDATE operations o SET state = 'running', runner = $1, ${nextLease}, attempts = o.attempts + 1,
      started_at = COALESCE(o.started_at, now()), version = o.version + 1, updated_at = now()
    FROM next WHERE o.id = next.id
    RETURNING o.id, o.kind, o.request AS input, o.checkpoint, o.progress, o.cancel_requested AS "cancelRequested", o.attempts`,
};

// across tenants: the claim names one operation
const renew = {
  name: 'operation_renew',
  text: `UPDATE operations SET ${nextLease} WHERE ${held} RETURNING cancel_requested AS "cancelRequested"`,
};

// across tenants: the claim names one operation
const report = {
  name: 'operation_report',
  text: `UPDATE operations SET progress = $3::jsonb, ${nextLease}, ${changed},
      checkpoint = CASE WHEN $4::boolean THEN $5::jsonb ELSE checkpoint END, attempts = CASE WHEN $4::boolean THEN 1 ELSE attempts END
    WHERE ${held} RETURNING cancel_requested AS "cancelRequested"`,
};

// across tenants: the claim names one operation
const again = {
  name: 'operation_again',
  text: `UPDATE operations SET progress = $3::jsonb, ${nextLease}, ${changed}, attempts = attempts + 1 WHERE ${held} RETURNING attempts`,
};

// across tenants: the claim names one operation
const giveBack = {
  name: 'operation_give_back',
  text: `WITH back AS (
      UPDATE operations SET progress = $3::jsonb, runner = NULL, lease_until = now() + make_interval(secs => $4::float8 / 1000), attempts = greatest(attempts - 1, 0), ${changed}
      WHERE ${held} RETURNING id)
    SELECT id, pg_notify('${operationsChannel}', '') FROM back`,
};

// across tenants: the claim names one operation
const end = {
  name: 'operation_end',
  text: `UPDATE operations SET progress = $3::jsonb, state = $4, result = $5::jsonb, failure = $6::jsonb, runner = NULL, lease_until = NULL,
      finished_at = now(), ${changed}
    WHERE ${held} RETURNING id`,
};

export class PgOperationQueue extends OperationQueue {
  constructor(private readonly database: Database) {
    super();
  }

  override async claim(runner: string, kinds: readonly string[], except: readonly OperationId[]): Promise<ClaimedOperation | null> {
    return this.first<ClaimedOperation>({ ...claim, values: [runner, kinds, except] });
  }

  override async renew({ id, runner }: Hold): Promise<{ cancelRequested: boolean } | null> {
    return this.first({ ...renew, values: [id, runner] });
  }

  override async report(
    { id, runner }: Hold,
    progress: OperationProgress,
    checkpoint?: Json,
  ): Promise<{ cancelRequested: boolean } | null> {
    const stored = checkpoint === undefined || checkpoint === null ? null : JSON.stringify(checkpoint);
    return this.first({ ...report, values: [id, runner, JSON.stringify(progress), checkpoint !== undefined, stored] });
  }

  override async again({ id, runner }: Hold, progress: OperationProgress): Promise<number | null> {
    const row = await this.first<{ attempts: number }>({ ...again, values: [id, runner, JSON.stringify(progress)] });
    return row?.attempts ?? null;
  }

  override async giveBack({ id, runner }: Hold, progress: OperationProgress, restMs = 0): Promise<boolean> {
    return (await this.first({ ...giveBack, values: [id, runner, JSON.stringify(progress), restMs] })) !== null;
  }

  override async end({ id, runner }: Hold, progress: OperationProgress, outcome: OperationOutcome): Promise<boolean> {
    const result = outcome.state === 'succeeded' ? JSON.stringify(outcome.result) : null;
    const failure = outcome.state === 'failed' ? JSON.stringify(outcome.failure) : null;
    return (await this.first({ ...end, values: [id, runner, JSON.stringify(progress), outcome.state, result, failure] })) !== null;
  }

  private async first<Row>(statement: Statement): Promise<Row | null> {
    const [row] = await this.database.read<Row>(platformScope, statement);
    return row ?? null;
  }
}
