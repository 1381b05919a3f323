import { platformScope, type ExecutionContext, type TenantId } from '#kernel';
import { DeadEventNotFound } from './errors.ts';
import { reasonOf } from './reason.ts';
import type { DeskPorts } from './retry-events.ts';

/**
 * Takes a dead event off the list for good; the log keeps it. Only a dead one: an event that is pending may be in a worker's hands. Whoever
 * had a dead event in its hands lost the shard before, or buried it itself, and writes nothing of it any more.
 */
export class DiscardEvent {
  constructor(private readonly ports: Pick<DeskPorts, 'workList' | 'unitOfWork' | 'audit'>) {}

  /** Throws `ReasonMissing`, `DeadEventNotFound`. */
  async run(context: ExecutionContext, position: bigint, reason: string): Promise<{ readonly discarded: string }> {
    const { workList, unitOfWork, audit } = this.ports;
    const why = reasonOf(reason);
    return unitOfWork.run(context, platformScope, async (tx) => {
      const event = await workList.discard(tx, position);
      if (event === null) throw new DeadEventNotFound(position);
      await audit.record(tx, context, {
        action: 'projection.event_discarded',
        target: { type: 'event', id: String(position) },
        tenantId: event.tenant_id as TenantId | null,
        before: { ...event },
        after: { reason: why },
      });
      return { discarded: String(position) };
    });
  }
}
