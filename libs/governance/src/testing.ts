import { SystemClock, UlidGenerator } from '#kernel';
import { InMemoryUnitOfWork } from '#kernel/testing';
import { FakeAuditTrail } from './audit/testing/fake-audit-trail.ts';
import { RecordedOperations } from './operations/application/recorded-operations.ts';
import type { OperationId } from './operations/domain/operation.ts';
import { FakeOperationQueue } from './operations/testing/fake-operation-queue.ts';
import {
  FakeOperationRepository,
  FakeOperationsBell,
  FakeOperationViews,
  InMemoryOperations,
  type OperationRow,
} from './operations/testing/in-memory-operations.ts';

export { FakeAuditTrail } from './audit/testing/fake-audit-trail.ts';
export { operationsContract, type OperationsHarness } from './operations/testing/operations-contract.ts';

/** This library over tables in memory. */
export class InMemoryGovernance {
  readonly clock = new SystemClock();
  readonly ids = new UlidGenerator();
  readonly rows = new InMemoryOperations(this.clock);
  readonly trail = new FakeAuditTrail();
  readonly bell = new FakeOperationsBell();
  readonly unitOfWork = new InMemoryUnitOfWork(this.rows, this.trail.rows);
  readonly repository = new FakeOperationRepository(this.rows);
  readonly views = new FakeOperationViews(this.rows);
  readonly queue = new FakeOperationQueue(this.rows);
  readonly operations = new RecordedOperations(this.repository, this.trail, this.ids, this.clock, this.bell);

  row(id: OperationId): OperationRow {
    const row = this.rows.get(id);
    if (row === undefined) throw new Error(`no operation ${id}`);
    return row;
  }

  /** Nothing was heard of its worker since its lease ended, this many seconds ago. */
  lapse(id: OperationId, seconds: number): void {
    this.rows.put(id, { ...this.row(id), leaseUntil: new Date(Date.now() - seconds * 1_000) });
  }
}
