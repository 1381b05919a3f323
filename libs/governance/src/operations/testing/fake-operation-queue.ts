import { leaseMs, OperationQueue, type ClaimedOperation, type Hold, type OperationOutcome } from '../application/operation-queue.ts';
import type { Json, OperationId, OperationProgress } from '../domain/operation.ts';
import type { InMemoryOperations, OperationRow } from './in-memory-operations.ts';

export class FakeOperationQueue extends OperationQueue {
  /** What every statement fails with, while it is set. */
  outage: Error | null = null;

  constructor(private readonly rows: InMemoryOperations) {
    super();
  }

  override async claim(runner: string, kinds: readonly string[], except: readonly OperationId[]): Promise<ClaimedOperation | null> {
    this.reach();
    const free = this.rows.open().filter((row) => !this.rows.isTaken(row) && kinds.includes(row.kind) && !except.includes(row.id));
    const [row] = free.sort((one, other) => one.createdAt.getTime() - other.createdAt.getTime());
    if (row === undefined) return null;
    const startedAt = row.startedAt ?? this.rows.clock.now();
    const { id, kind, input, checkpoint, progress, cancelRequested, attempts } = this.change(row, {
      ...{ state: 'running', runner, startedAt, attempts: row.attempts + 1 },
      leaseUntil: this.nextLease(),
    });
    return { id, kind, input, checkpoint, progress, cancelRequested, attempts };
  }

  override async renew(hold: Hold): Promise<{ cancelRequested: boolean } | null> {
    const row = this.held(hold);
    if (row !== null) this.rows.put(row.id, { ...row, leaseUntil: this.nextLease() });
    return row;
  }

  override async report(hold: Hold, progress: OperationProgress, checkpoint?: Json): Promise<{ cancelRequested: boolean } | null> {
    const gotOn = checkpoint === undefined ? {} : { checkpoint, attempts: 1 };
    return this.changeHeld(hold, () => ({ progress, leaseUntil: this.nextLease(), ...gotOn }));
  }

  override async again(hold: Hold, progress: OperationProgress): Promise<number | null> {
    const row = this.changeHeld(hold, ({ attempts }) => ({ progress, attempts: attempts + 1, leaseUntil: this.nextLease() }));
    return row?.attempts ?? null;
  }

  override async giveBack(hold: Hold, progress: OperationProgress, restMs = 0): Promise<boolean> {
    const leaseUntil = new Date(this.rows.clock.now().getTime() + restMs);
    const free = ({ attempts }: OperationRow) => ({ progress, runner: null, leaseUntil, attempts: Math.max(attempts - 1, 0) });
    return this.changeHeld(hold, free) !== null;
  }

  override async end(hold: Hold, progress: OperationProgress, outcome: OperationOutcome): Promise<boolean> {
    const ended = { ...outcome, progress, runner: null, leaseUntil: null, finishedAt: this.rows.clock.now() };
    return this.changeHeld(hold, () => ended) !== null;
  }

  private nextLease(): Date {
    return new Date(this.rows.clock.now().getTime() + leaseMs);
  }

  private reach(): void {
    if (this.outage !== null) throw this.outage;
  }

  private held({ id, runner }: Hold): OperationRow | null {
    this.reach();
    const row = this.rows.get(id);
    return row?.runner === runner && row.state === 'running' ? row : null;
  }

  private changeHeld(hold: Hold, change: (row: OperationRow) => Partial<OperationRow>): OperationRow | null {
    const row = this.held(hold);
    return row === null ? null : this.change(row, change(row));
  }

  private change(row: OperationRow, change: Partial<OperationRow>): OperationRow {
    const changed = { ...row, ...change, version: row.version + 1 };
    this.rows.put(row.id, changed);
    return changed;
  }
}
