import { pageOf, type Clock, type PageOf, type PageRequest, type Transaction } from '#kernel';
import { InMemoryTable } from '#kernel/testing';
import { OperationViews, type OperationFilter, type OperationView } from '../application/operation-views.ts';
import { OperationsBell } from '../application/operations-bell.ts';
import { OperationInProgress } from '../domain/errors.ts';
import { OperationRepository, type NewOperation } from '../domain/operation-repository.ts';
import type { JsonObject, OperationId, OperationProgress, OperationState } from '../domain/operation.ts';
import { StoredOperation } from '../domain/stored-operation.ts';

export interface OperationRow extends NewOperation {
  readonly state: OperationState;
  readonly progress: OperationProgress;
  readonly result: JsonObject | null;
  readonly failure: { readonly code: string; readonly message: string } | null;
  readonly cancelRequested: boolean;
  readonly attempts: number;
  readonly runner: string | null;
  readonly leaseUntil: Date | null;
  readonly version: number;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}

export class InMemoryOperations extends InMemoryTable<OperationRow> {
  constructor(readonly clock: Clock) {
    super();
  }

  isHeld(row: OperationRow): boolean {
    return row.runner !== null && this.isTaken(row);
  }

  /** Held, or resting: nobody may claim it yet. */
  isTaken({ state, leaseUntil }: OperationRow): boolean {
    return state === 'running' && leaseUntil !== null && leaseUntil > this.clock.now();
  }

  open(): OperationRow[] {
    return this.all().filter(({ state }) => state === 'pending' || state === 'running');
  }
}

const begun = {
  state: 'pending',
  progress: { done: 0, total: null },
  result: null,
  failure: null,
  cancelRequested: false,
  attempts: 0,
  runner: null,
  leaseUntil: null,
  version: 1,
  startedAt: null,
  finishedAt: null,
} as const;

export class FakeOperationRepository extends OperationRepository {
  constructor(private readonly rows: InMemoryOperations) {
    super();
  }

  override async insert(_tx: Transaction, operation: NewOperation): Promise<void> {
    const { exclusive } = operation;
    const other = exclusive === null ? undefined : this.rows.open().find((row) => row.exclusive === exclusive);
    if (other !== undefined) throw new OperationInProgress(other.id);
    this.rows.put(operation.id, { ...operation, ...begun });
  }

  override async lock(_tx: Transaction, id: OperationId): Promise<StoredOperation | null> {
    const row = this.rows.get(id);
    return row === undefined ? null : StoredOperation.rehydrate({ ...row, held: this.rows.isHeld(row) });
  }

  override async update(_tx: Transaction, { snapshot }: StoredOperation, at: Date): Promise<void> {
    const { id, state, cancelRequested, version } = snapshot;
    const row = { ...(this.rows.get(id) as OperationRow), state, cancelRequested, version };
    this.rows.put(id, state === 'cancelled' ? { ...row, finishedAt: at, runner: null, leaseUntil: null } : row);
  }

  override async openRetryOf(_tx: Transaction, id: OperationId): Promise<OperationId | null> {
    return this.rows.open().find(({ retryOf }) => retryOf === id)?.id ?? null;
  }
}

export class FakeOperationViews extends OperationViews {
  constructor(private readonly rows: InMemoryOperations) {
    super();
  }

  override async operation(id: OperationId): Promise<OperationView | null> {
    const row = this.rows.get(id);
    return row === undefined ? null : this.viewOf(row);
  }

  override async operations({ after, limit, kind, state }: PageRequest & OperationFilter): Promise<PageOf<OperationView>> {
    const found = this.rows.all().filter((row) => (after === undefined || row.id < after) && row.kind === (kind ?? row.kind));
    const views = found.filter((row) => row.state === (state ?? row.state)).map((row) => this.viewOf(row));
    return pageOf(views.reverse(), limit, ({ id }) => id);
  }

  private viewOf(row: OperationRow): OperationView {
    const { id, kind, state, input, result, failure, attempts, version, progress } = row;
    const since = state === 'pending' ? row.createdAt : row.leaseUntil;
    const overdue = since !== null && this.rows.clock.now().getTime() - since.getTime() > 5_000;
    const nobodyWorks = !this.rows.all().some((other) => this.rows.isHeld(other));
    return {
      ...{ id, kind, state, input, result, failure, attempts, version },
      tenant_id: row.tenantId,
      progress: { done: progress.done, total: progress.total, step: progress.step ?? null },
      requested_by: row.requestedBy,
      retry_of: row.retryOf,
      cancel_requested: row.cancelRequested,
      waiting_for_worker: row.finishedAt === null && overdue && nobodyWorks,
      created_at: row.createdAt.toISOString(),
      started_at: row.startedAt?.toISOString() ?? null,
      finished_at: row.finishedAt?.toISOString() ?? null,
    };
  }
}

/** Counts how often it rang. */
export class FakeOperationsBell extends OperationsBell {
  rung = 0;

  override ring(): void {
    this.rung += 1;
  }
}
