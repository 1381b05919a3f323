import { InvalidRelationship } from '#authorization';
import type { ProjectionObserver } from './observer.ts';
import { batchLimits, planBatch, type DecidedEvent, type Gate } from './plan-batch.ts';
import type { MarkedWriter } from './marked-writer.ts';
import { planOf, RefusedUpdates, type OwnedUpdate } from './refused-updates.ts';
import type { ShardDrain } from './shard-drain.ts';
import type { ShardRegistry } from './shard-registry.ts';
import type { LostEvent, WorkList } from './work-list.ts';

/** Dead events of so many tenants within the window are a fault of ours, not of the data. */
const alarm = { tenants: 3, milliseconds: 60_000 };

export interface QuarantinePorts {
  readonly workList: WorkList;
  readonly registry: ShardRegistry;
  readonly observer: ProjectionObserver;
  /** Whether the engine holds the schema this deployment applied last. */
  readonly schemaIsCurrent: () => Promise<boolean>;
  readonly now: () => number;
}

/** The fault is not an event's: the engine refuses everything, or holds another schema. To be tried again, for ever. */
export class EngineRefusesEverything extends Error {}

/** The log was cut, or a backup of it restored, while the event was still to be applied. */
export class LostFromLog extends Error {
  constructor(position: bigint) {
    super(
      `event ${position} is on the work list, but no longer in the log: what it was about is not known; rebuild to be sure of the graph`,
    );
  }
}

/**
 * Finds, by bisection, the event whose update the engine refuses, sets it aside and applies everything else. What such an
 * event takes away is taken away all the same: each of its closing updates is tried on its own.
 */
export class Quarantine {
  private readonly deaths: { tenantId: string | null; at: number }[] = [];

  private readonly refused: RefusedUpdates;

  constructor(private readonly ports: QuarantinePorts) {
    const { workList, observer } = ports;
    this.refused = new RefusedUpdates({
      workList,
      observer,
      assertEngineIsSound: (...found) => this.assertEngineIsSound(...found),
      soundAlarm: (...death) => this.soundAlarm(...death),
    });
  }

  async handle(drain: ShardDrain, events: readonly DecidedEvent[], gate: Gate, error: InvalidRelationship): Promise<void> {
    await this.assertEngineIsSound(drain, error);
    await this.bisect(drain, events, gate, error);
  }

  /** The same for what a rebuild writes: no event stands for it, so it is set aside by its own name. */
  refusedInRebuild(drain: MarkedWriter, updates: readonly OwnedUpdate[], error: InvalidRelationship): Promise<void> {
    return this.refused.handle(drain, updates, error);
  }

  /** Nothing is known of such an event but its tenant: it is listed, and only verifying tells what it leaves undone. */
  async lost(shard: number, events: readonly LostEvent[]): Promise<void> {
    for (const { position, tenantId } of events) {
      const error = new LostFromLog(position);
      const times = await this.ports.workList.bury(position, error.message);
      this.ports.observer.buried(shard, position, error);
      if (times === 1) await this.soundAlarm(shard, tenantId);
    }
  }

  private async assertEngineIsSound(drain: MarkedWriter, error: InvalidRelationship): Promise<void> {
    if (!(await this.ports.schemaIsCurrent())) throw new EngineRefusesEverything('the engine holds another schema', { cause: error });
    try {
      // On record like any batch: a marker that is not would keep the shard from looking at rest until its next batch.
      await drain.writeAndRecord({ ...planOf([]), markerOnly: true });
    } catch (failure) {
      if (!(failure instanceof InvalidRelationship)) throw failure;
      throw new EngineRefusesEverything('the engine refuses even the marker', { cause: failure });
    }
  }

  private async bisect(drain: ShardDrain, events: readonly DecidedEvent[], gate: Gate, error: InvalidRelationship): Promise<void> {
    const [only, ...others] = events;
    if (only === undefined) throw error; // nothing on the list explains it: try again later, and say so
    if (others.length === 0) return this.bury(drain, only, error);
    const middle = Math.ceil(events.length / 2);
    for (const half of [events.slice(0, middle), events.slice(middle)]) await this.tryHalf(drain, half, events, gate);
  }

  /** Tenants with removals in the other half stay shut: their grants come with the next batch. */
  private async tryHalf(drain: ShardDrain, half: readonly DecidedEvent[], all: readonly DecidedEvent[], gate: Gate): Promise<void> {
    const others = all.filter((event) => event.revoking && !half.includes(event)).map(({ tenantId }) => tenantId);
    const shut: Gate = { ...gate, closedFor: new Set([...gate.closedFor, ...others]) };
    const plan = planBatch(half, shut, batchLimits);
    if (plan.updates.length === 0 && plan.done.length === 0) return;
    try {
      await drain.writeAndRecord(plan);
    } catch (error) {
      if (!(error instanceof InvalidRelationship)) throw error;
      const inCall = new Set([...plan.done, ...plan.demoted, ...plan.parts.keys()]);
      const planned = half.filter(({ position }) => inCall.has(position));
      await this.bisect(drain, planned.length > 0 ? planned : half, shut, error);
    }
  }

  private async bury(drain: ShardDrain, event: DecidedEvent, error: InvalidRelationship): Promise<void> {
    for (const update of event.closing) {
      try {
        await drain.writeAndRecord(planOf([update]));
      } catch (failure) {
        if (!(failure instanceof InvalidRelationship)) throw failure;
      }
    }
    drain.forget(event.position);
    const times = await this.ports.workList.bury(event.position, describe(error));
    this.ports.observer.buried(drain.holder.shard, event.position, error);
    if (times === 1) await this.soundAlarm(drain.holder.shard, event.tenantId); // a retry that fails again is no news
  }

  private async soundAlarm(shard: number, tenantId: string | null): Promise<void> {
    const now = this.ports.now();
    this.deaths.push({ tenantId, at: now });
    const recent = this.deaths.filter(({ at }) => now - at <= alarm.milliseconds);
    this.deaths.splice(0, this.deaths.length, ...recent);
    if (new Set(recent.map((death) => death.tenantId)).size < alarm.tenants) return;
    const reason = `SpiceDB refused what ${alarm.tenants} tenants hold, within a minute`;
    await this.ports.registry.pause(shard, 'grants', reason);
    this.ports.observer.paused(shard, reason);
  }
}

function describe(error: Error): string {
  return error.cause instanceof Error ? error.cause.message : error.message;
}
