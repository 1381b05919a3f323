import { UnitOfWork, type DataScope, type ExecutionContext, type Transaction } from '#kernel';
import { failureName, type Tracer } from './tracer.ts';

/** A step for the transaction of each traced command; the rows it leaves in the outbox go on from there. */
export class TracedUnitOfWork extends UnitOfWork {
  constructor(
    private readonly inner: UnitOfWork,
    private readonly tracer: Tracer,
  ) {
    super();
  }

  override async run<Result>(context: ExecutionContext, scope: DataScope, work: (tx: Transaction) => Promise<Result>): Promise<Result> {
    const parent = context.options.traceparent;
    if (parent === undefined) return this.inner.run(context, scope, work);
    const before = context.receipts.length;
    const span = this.tracer.start('transaction', { kind: 'client', parent, attributes: { 'db.system.name': 'postgresql' } });
    try {
      const result = await this.inner.run(context.continuedBy(span.traceparent), scope, work);
      const receipts = context.receipts.slice(before);
      span.set({
        'tenantry.outbox.events': receipts.reduce((sum, { events }) => sum + events.length, 0),
        'tenantry.idempotency.replayed': receipts.some(({ replayed }) => replayed),
      });
      return result;
    } catch (error) {
      span.fail(failureName(error));
      throw error;
    } finally {
      span.end();
    }
  }
}
