import type { AuditTrail } from '#governance';
import { platformScope, type ExecutionContext, type TenantId, type UnitOfWork } from '#kernel';
import { DeadEventNotFound, EverythingSelected, SelectorInvalid } from './errors.ts';
import type { EventRecords, WorkListChanges } from './event-records.ts';
import type { SelectorText } from './event-selector.ts';
import { settleSelector } from './list-events.ts';

/** In one transaction; more are for another call, or for a replay. */
export const mostRetried = 1_000;

export interface DeskPorts {
  readonly records: EventRecords;
  readonly workList: WorkListChanges;
  readonly unitOfWork: UnitOfWork;
  readonly audit: AuditTrail;
}

/** Puts dead events back on the list: each is decided again, by today's rows. */
export class RetryEvents {
  constructor(private readonly ports: DeskPorts) {}

  /** Throws `DeadEventNotFound`. */
  async one(context: ExecutionContext, position: bigint): Promise<{ readonly retried: 1 }> {
    const { records, workList, unitOfWork, audit } = this.ports;
    const tenantId = ((await records.find(position))?.summary.tenant_id ?? null) as TenantId | null;
    const result = await unitOfWork.run(context, platformScope, async (tx) => {
      const {
        positions: [retried],
      } = await workList.retry(tx, { fromPosition: position, toPosition: position }, 1);
      if (retried === undefined) throw new DeadEventNotFound(position);
      const target = { type: 'event', id: String(position) };
      await audit.record(tx, context, { action: 'projection.event_retried', target, tenantId, before: { state: 'dead' } });
      return { retried: 1 } as const;
    });
    await this.wake();
    return result;
  }

  /** Those that answer to the selector, oldest first, `mostRetried` at most. Without any selector: all dead events. Throws `SelectorInvalid`. */
  async all(context: ExecutionContext, text: SelectorText): Promise<{ readonly retried: number; readonly more: boolean }> {
    const { records, workList, unitOfWork, audit } = this.ports;
    const { selector } = await settleSelector(records, text);
    if (selector.state !== undefined && selector.state !== 'dead')
      throw new SelectorInvalid([{ field: 'state', detail: 'only dead events are retried' }]);
    const result = await unitOfWork.run(context, platformScope, async (tx) => {
      const { positions, more } = await workList.retry(tx, selector, mostRetried);
      if (positions.length > 0) {
        const after = { selector: { ...text }, positions: positions.map(String) };
        const target = { type: 'projection', id: 'dead_events' };
        await audit.record(tx, context, { action: 'projection.events_retried', target, tenantId: null, after });
      }
      return { retried: positions.length, more };
    });
    await this.wake();
    return result;
  }

  /** The same, when nothing says that all are meant unless it is said. Throws `EverythingSelected` besides. */
  async selected(
    context: ExecutionContext,
    text: SelectorText,
    all: boolean,
  ): Promise<{ readonly retried: number; readonly more: boolean }> {
    if (!all && Object.values(text).every((value) => value === undefined)) throw new EverythingSelected();
    return this.all(context, text);
  }

  /** Nobody is told otherwise when it fails: the workers look by themselves. */
  private async wake(): Promise<void> {
    await this.ports.workList.lookAgain().catch(() => undefined);
  }
}
