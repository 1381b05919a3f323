import {
  AuthorizationUnavailable,
  InvalidRelationship,
  type AuthorizationProvider,
  type Precondition,
  type RelationshipUpdate,
} from '#authorization';
import type { FailPoints } from '#database';
import { EventDecider } from './event-decider.ts';
import type { GraphMapping } from './graph-mapping.ts';
import { LowWater } from './low-water.ts';
import type { MarkedWriter, TurnResult } from './marked-writer.ts';
import { epochEdge, isMarked } from './marker.ts';
import type { ProjectionObserver } from './observer.ts';
import { planBatch, type BatchPlan, type DecidedEvent, type Gate } from './plan-batch.ts';
import { ReadingPace, type Glance } from './reading-pace.ts';
import { HoldLost, type ShardHolder } from './shard-holder.ts';
import type { ShardRebuild } from './shard-rebuild.ts';
import type { AppliedBatch, LostEvent, RebuildProgress, WorkList } from './work-list.ts';
import { WrittenParts } from './written-parts.ts';

export interface AppliedSignal {
  readonly shard: number;
  readonly epoch: string;
  /** Of the shard's last write: news overtakes news, and whoever hears both must know which is newer. */
  readonly seq: bigint;
  readonly zedToken: string | null;
  readonly done: readonly bigint[];
  readonly revokedTenants: readonly (string | null)[];
}

export interface DrainPorts {
  readonly workList: WorkList;
  readonly mapping: GraphMapping;
  readonly graph: AuthorizationProvider;
  readonly observer: ProjectionObserver;
  readonly failPoints: FailPoints;
  readonly announce: (signal: AppliedSignal) => void;
  /** Records that the graph of this epoch is complete. */
  readonly completed: (epoch: string) => Promise<void>;
  /** Sets aside what the engine refuses, or finds that the fault is not the event's. */
  readonly refused: (drain: ShardDrain, events: readonly DecidedEvent[], gate: Gate, error: InvalidRelationship) => Promise<void>;
  /** Sets aside what nobody can apply any more. */
  readonly lost: (shard: number, events: readonly LostEvent[]) => Promise<void>;
}

export type { TurnResult };

/** Batches of events in a row, after which a rebuild of a graph in use has its turn all the same: it must end, whatever the traffic. */
const batchesBeforeStep = 20;

interface Reading {
  readonly buckets: readonly number[];
  readonly events: readonly DecidedEvent[];
  readonly lost: readonly LostEvent[];
  readonly gate: Gate;
  readonly hasMore: boolean;
  readonly hasMoreRemovals: boolean;
  readonly rebuild: RebuildProgress | null;
  /** For grants. */
  readonly paused: boolean;
  readonly stopped: boolean;
}

/**
 * Nobody may see through a new membership what is not limited yet: what suspends and archives is still missing from an empty graph. A
 * graph that is in use holds it, so there grants go on.
 */
const isMadeAnew = (rebuild: RebuildProgress | null): boolean => rebuild !== null && rebuild.live === null;

/** Applies a shard's pending events, batch by batch: read in one snapshot, decide by rows, write behind the marker, record. */
export class ShardDrain implements MarkedWriter {
  readonly lowWater = new LowWater();
  private readonly written = new WrittenParts();
  private recordedSeq = 0n;
  private readonly pace = new ReadingPace();
  private readonly decider: EventDecider;
  private fromZero = true;
  private buckets: readonly number[] = [];
  /** The graph is being made anew: what grants waits until it is whole, and is not even read. */
  private grantsWait = false;
  private sinceStep = 0;
  private epochToComplete: { readonly epoch: string; readonly shards: readonly number[] } | null = null;

  constructor(
    readonly holder: ShardHolder,
    private readonly rebuild: ShardRebuild,
    private readonly ports: DrainPorts,
  ) {
    this.decider = new EventDecider(holder.shard, ports);
  }

  /** The next read starts at position zero, whatever the low-water mark says. */
  readFromZero(): void {
    this.fromZero = true;
  }

  /** All these shards are rebuilt: this one writes the epoch, last of all, with its next turn. */
  completeEpoch(epoch: string, shards: readonly number[]): void {
    this.epochToComplete = { epoch, shards };
  }

  /** The event leaves the list, or may have left it: when it comes back, all of it is to be written. */
  forget(position: bigint): void {
    this.written.forget(position);
  }

  get updatesPerCall(): number {
    return this.pace.limits.updates;
  }

  async turn(milliseconds: number): Promise<TurnResult> {
    if (this.holder.current === null && !(await this.takeOver())) return 'elsewhere';
    await this.writeEpoch();
    const end = Date.now() + milliseconds;
    do {
      const result = await this.batch();
      if (result !== 'more') return result;
    } while (Date.now() < end);
    return 'more';
  }

  private async takeOver(): Promise<boolean> {
    const hold = await this.holder.takeOver();
    if (hold === null) return false;
    this.recordedSeq = hold.seq;
    this.lowWater.reset();
    this.fromZero = true;
    this.written.clear();
    this.rebuild.reset();
    this.ports.observer.tookOver(this.holder.shard, hold.epoch);
    if (this.holder.isSuspect) this.ports.observer.aheadOfDatabase(this.holder.shard, this.holder.ahead);
    return true;
  }

  private async writeEpoch(): Promise<void> {
    const complete = this.epochToComplete;
    this.epochToComplete = null;
    if (complete === null || complete.epoch !== this.holder.current?.epoch) return;
    const { epoch } = complete;
    const updates: RelationshipUpdate[] = [{ operation: 'touch', relationship: epochEdge(epoch) }];
    for await (const edge of this.ports.graph.read({ resourceType: 'projection_epoch' }, { kind: 'fully_consistent' })) {
      if (edge.resource.id !== epoch) updates.push({ operation: 'delete', relationship: edge });
    }
    // A graph that was lost since a shard was rebuilt lacks that shard's marker, and must not pass for complete.
    const others = complete.shards.filter((shard) => shard !== this.holder.shard).map(isMarked);
    await this.writeAndRecord({ updates, done: [], demoted: [], parts: new Map(), revokedTenants: [] }, undefined, others);
    await this.ports.failPoints.pass('after-epoch-write');
    await this.ports.completed(epoch);
  }

  private async batch(): Promise<TurnResult> {
    const glance = this.grantsWait ? { ...this.pace.next(), limit: 0, fromBothEnds: false } : this.pace.next();
    await this.ports.failPoints.pass('before-read');
    const reading = await this.read(glance);
    if (reading.stopped) return 'stopped';
    if (this.fromZero) return 'more';
    if (reading.lost.length > 0) {
      await this.ports.lost(this.holder.shard, reading.lost);
      return 'more';
    }
    await this.ports.failPoints.pass('after-read');
    const plan = planBatch(reading.events, reading.gate, this.pace.limits, this.written.all);
    if (plan.updates.length > 0 || plan.done.length > 0 || plan.demoted.length > 0) {
      this.rebuild.forget();
      await this.apply(plan, reading.events, reading.gate);
      this.sinceStep += 1;
      if (reading.rebuild !== null && !isMadeAnew(reading.rebuild) && this.sinceStep >= batchesBeforeStep)
        return this.rebuildStep(reading.rebuild, reading.paused);
      // What was committed since the read rings a bell of its own: only what was seen and left needs another look.
      return reading.hasMore || reading.rebuild !== null || plan.done.length < reading.events.length ? 'more' : 'idle';
    }
    if (reading.rebuild !== null) return this.rebuildStep(reading.rebuild, reading.paused);
    if (reading.hasMore && !glance.fromBothEnds) return 'more';
    return reading.events.length > 0 ? 'waiting' : 'idle';
  }

  private rebuildStep(progress: RebuildProgress, grantsHeld: boolean): Promise<TurnResult> {
    this.sinceStep = 0;
    return this.rebuild.step(this, progress, grantsHeld);
  }

  private async read(glance: Glance): Promise<Reading> {
    const { shard, holder } = this.holder;
    const { fromZero } = this;
    const above = fromZero ? 0n : this.lowWater.above;
    this.fromZero = false;
    const reading = await this.ports.workList.inSnapshot({ shard, holder, above, ...glance }, async (snapshot) => {
      if (snapshot.shard === null || snapshot.shard.epoch !== this.holder.current?.epoch)
        throw new HoldLost('the lease or the epoch moved on');
      const { buckets, paused, rebuild } = snapshot.shard;
      return {
        buckets,
        events: paused === 'all' ? [] : await this.decider.all(snapshot),
        lost: snapshot.lost,
        gate: { closedFor: snapshot.gatedTenants, closingOnly: paused === 'grants' || isMadeAnew(rebuild) },
        paused: paused === 'grants',
        hasMore: snapshot.hasMore,
        hasMoreRemovals: snapshot.hasMoreRemovals,
        rebuild,
        stopped: paused === 'all',
      };
    });
    // What was retried or replayed lies below the mark, and there may be more of it than one call takes.
    if (fromZero && reading.events.some(({ position }) => position <= this.lowWater.above)) this.lowWater.reset();
    // Buckets that came from another shard bring positions that this one has long passed.
    if (above > 0n && reading.buckets.join() !== this.buckets.join()) {
      this.fromZero = true;
      this.lowWater.reset();
    }
    this.buckets = reading.buckets;
    this.grantsWait = isMadeAnew(reading.rebuild);
    this.pace.saw(reading);
    return reading;
  }

  private async apply(plan: BatchPlan, events: readonly DecidedEvent[], gate: Gate): Promise<void> {
    try {
      await this.writeAndRecord(plan);
    } catch (error) {
      if (!(error instanceof InvalidRelationship)) throw error;
      const inCall = new Set([...plan.done, ...plan.demoted, ...plan.parts.keys()]);
      await this.ports.refused(
        this,
        events.filter(({ position }) => inCall.has(position)),
        gate,
        error,
      );
    }
  }

  /** A call that the engine did not end in time would not end in time again: the next one holds less. */
  private slower(error: unknown): never {
    if (error instanceof AuthorizationUnavailable) this.pace.wrote(Infinity);
    throw error;
  }

  /** One call to the engine with the marker, then one statement of bookkeeping. */
  async writeAndRecord(plan: BatchPlan, rebuild?: AppliedBatch['rebuild'], also: readonly Precondition[] = []): Promise<void> {
    const { failPoints, workList, observer, announce } = this.ports;
    const startedAt = performance.now();
    await failPoints.pass('before-graph-write');
    if (rebuild !== undefined) await failPoints.pass('before-rebuild-write');
    const hold = this.holder.current;
    if (hold === null) throw new HoldLost('no hold');
    const isEmpty = plan.updates.length === 0 && plan.markerOnly !== true;
    const write = isEmpty ? null : await this.holder.write(plan.updates, also).catch((error: unknown) => this.slower(error));
    const writtenAt = performance.now();
    this.pace.wrote(writtenAt - startedAt);
    await failPoints.pass('after-graph-write');
    if (rebuild !== undefined) await failPoints.pass('after-rebuild-write');
    const written = write && { seq: write.hold.seq, marker: write.hold.marker, zedToken: write.token, updates: plan.updates.length };
    const { shard, holder } = this.holder;
    const { done, demoted, revokedTenants } = plan;
    const batch: AppliedBatch = { shard, holder, epoch: hold.epoch, previousSeq: this.recordedSeq, written, done, demoted, revokedTenants };
    for (const position of done) this.forget(position); // before: when the answer is lost, they may be off the list all the same
    if (!(await workList.record(rebuild === undefined ? batch : { ...batch, rebuild }))) {
      this.holder.drop();
      throw new HoldLost('another holder recorded a batch');
    }
    if (written !== null) this.recordedSeq = written.seq;
    for (const [position, part] of plan.parts) this.written.add(position, part);
    await failPoints.pass('after-bookkeeping');
    announce({ shard, epoch: hold.epoch, seq: this.recordedSeq, zedToken: written?.zedToken ?? null, done, revokedTenants });
    const times = { startedAt, graphWrite: write && { startedAt, endedAt: writtenAt }, endedAt: performance.now() };
    observer.applied({ shard, events: done.length, updates: plan.updates.length, ...times, finished: plan.finished ?? [] });
  }
}
