import type { AuthorizationProvider } from '#authorization';
import { GraphWatch } from './graph-watch.ts';
import type { ProjectionObserver } from './observer.ts';
import { isResting, type Seat } from './seat.ts';
import { HoldLost } from './shard-holder.ts';
import type { ShardDrain, TurnResult } from './shard-drain.ts';
import type { ShardRegistry } from './shard-registry.ts';
import type { WorkList } from './work-list.ts';

export interface WorkerOptions {
  /** Unique to this process. */
  readonly holder: string;
  /** Shards at work at the same time: one writes while another reads and decides what to write next. */
  readonly concurrency: number;
  /** Milliseconds after which a shard gives way to the next. */
  readonly turnMs: number;
  /** Milliseconds between sweeps: leases, forgotten work, a lost graph. */
  readonly sweepMs: number;
}

export const workerDefaults = { concurrency: 2, turnMs: 200, sweepMs: 1_000 };

/** Retries are for ever and never more than this apart: an outage ends when it ends. */
const longestRetryMs = 2_000;
const gateRetryMs = 100;

/** In a row: once may be the engine's hiccup, twice may be this process's own trouble. */
const failuresToYield = 2;

export interface WorkerPorts {
  readonly registry: ShardRegistry;
  readonly workList: WorkList;
  readonly graph: AuthorizationProvider;
  readonly observer: ProjectionObserver;
  readonly drainOf: (shard: number) => ShardDrain;
}

/** Gives every shard its turn: woken by hints, swept by a timer, retried after failures. */
export class ProjectionWorker {
  private readonly seats = new Map<number, Seat>();
  private readonly queue: Seat[] = [];
  private readonly timers = new Set<NodeJS.Timeout>();
  private running = 0;
  private sweeps = 0;
  private stopping = false;
  /** The graph is complete, as far as the last sweep saw: until then the next one comes sooner. */
  private ready = true;
  private readonly watch: GraphWatch;

  constructor(
    private readonly ports: WorkerPorts,
    private readonly options: WorkerOptions,
  ) {
    this.watch = new GraphWatch(ports);
  }

  /** Works from now on; does not wait for the database or the engine to be there. */
  start(): void {
    void this.sweep();
  }

  /**
   * Resolves when a turn of the shard that began after this call has ended, here; at once when the shard is another process's,
   * or when a turn here began after `rungAt`: a call came before the job. Clocks of two machines may disagree about that; then
   * the sweep finds what was neither heard nor looked for.
   */
  async wake(shard: number, rungAt = Infinity): Promise<void> {
    const seat = this.seats.get(shard);
    if (seat === undefined || this.stopping || isResting(seat) || seat.lookedAt > rungAt) return;
    if (seat.drain.holder.current === null && seat.failures === 0) void this.ports.registry.nudge(shard).catch(() => undefined);
    await new Promise<void>((resolve) => {
      seat.waiters.push(resolve);
      this.enqueue(seat);
    });
  }

  /** Without waiting, and for the holder alone: every worker hears it. */
  hint(shard: number): void {
    const seat = this.seats.get(shard);
    if (seat !== undefined && seat.drain.holder.current !== null) this.enqueue(seat);
  }

  /** Something was put back on the list below what was passed: the shards that are held here look through all of it. */
  lookAgain(): void {
    for (const seat of this.held) {
      seat.drain.readFromZero();
      this.enqueue(seat);
    }
  }

  /** Ends the turns under way and gives the leases back, so that another worker takes over at once. */
  async stop(): Promise<void> {
    this.stopping = true;
    for (const timer of this.timers) clearTimeout(timer);
    this.queue.length = 0;
    for (const seat of this.seats.values()) this.answer(seat);
    while (this.running > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await this.ports.registry.release(this.options.holder).catch(() => undefined);
  }

  private enqueue(seat: Seat): void {
    if (this.stopping || seat.queued || isResting(seat)) return;
    if (seat.running) {
      seat.wokenAgain = true;
      return;
    }
    seat.queued = true;
    this.queue.push(seat);
    this.pump();
  }

  private pump(): void {
    while (this.running < this.options.concurrency && !this.stopping) {
      const seat = this.queue.shift();
      if (seat === undefined) return;
      this.running += 1;
      void this.run(seat).finally(() => {
        this.running -= 1;
        this.pump();
      });
    }
  }

  private async run(seat: Seat): Promise<void> {
    seat.queued = false;
    seat.running = true;
    this.cancelRetry(seat);
    const waiters = seat.waiters.splice(0);
    const began = Date.now();
    const result = await this.turn(seat);
    seat.running = false;
    if (result === 'idle') seat.lookedAt = began;
    seat.stopped = result === 'stopped';
    for (const answer of waiters) answer();
    if (result === 'failed' || result === 'stopped') {
      seat.wokenAgain = false;
      this.answer(seat);
      if (seat.stopped) this.retryLater(seat, gateRetryMs);
    } else if (result === 'more' || seat.wokenAgain || seat.waiters.length > 0) {
      seat.wokenAgain = false;
      this.enqueue(seat);
    } else if (result === 'waiting') {
      this.retryLater(seat, gateRetryMs);
    }
  }

  private retryLater(seat: Seat, milliseconds: number): void {
    if (this.stopping) return;
    seat.retry = this.later(milliseconds, () => {
      seat.retry = null;
      this.enqueue(seat);
    });
  }

  private cancelRetry(seat: Seat): void {
    if (seat.retry === null) return;
    clearTimeout(seat.retry);
    this.timers.delete(seat.retry);
    seat.retry = null;
  }

  private async turn(seat: Seat): Promise<TurnResult | 'failed'> {
    try {
      const result = await seat.drain.turn(this.options.turnMs);
      seat.failures = 0;
      return result;
    } catch (error) {
      if (error instanceof HoldLost) {
        seat.drain.holder.drop();
        return 'waiting';
      }
      seat.failures += 1;
      if (seat.failures >= failuresToYield) await this.yieldLease(seat);
      const retryInMs = Math.round(Math.min(longestRetryMs, 50 * 2 ** Math.min(seat.failures, 6)) * (0.5 + Math.random() / 2));
      this.ports.observer.failed(seat.shard, error, retryInMs);
      this.retryLater(seat, retryInMs);
      return 'failed';
    }
  }

  /** Whatever keeps this process from its work may not trouble another. */
  private async yieldLease(seat: Seat): Promise<void> {
    seat.drain.holder.drop();
    await this.ports.registry.release(this.options.holder, seat.shard).catch(() => undefined);
  }

  private answer(seat: Seat): void {
    for (const resolve of seat.waiters.splice(0)) resolve();
  }

  private later(milliseconds: number, action: () => void): NodeJS.Timeout {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      action();
    }, milliseconds);
    this.timers.add(timer);
    return timer;
  }

  /** Finds what no hint told of: work, free shards, a lost graph, a finished rebuild. */
  private async sweep(): Promise<void> {
    try {
      await this.seatAll();
      const held = this.held.map(({ drain }) => drain);
      const shards = held.map(({ holder }) => holder.shard);
      await this.ports.registry.renew(this.options.holder, shards);
      await this.watch.markers(held);
      await this.tendLowWater();
      this.ready = await this.watch.epoch(held, [...this.seats.keys()]);
    } catch (error) {
      this.ports.observer.failed(-1, error, this.options.sweepMs);
    }
    this.sweeps += 1;
    for (const seat of this.seats.values()) this.enqueue(seat);
    if (!this.stopping) this.later(this.ready ? this.options.sweepMs : gateRetryMs, () => void this.sweep());
  }

  /** Shards may have come since the last sweep. */
  private async seatAll(): Promise<void> {
    for (const shard of await this.ports.registry.shards()) {
      if (this.seats.has(shard)) continue;
      this.seats.set(shard, {
        shard,
        drain: this.ports.drainOf(shard),
        queued: false,
        running: false,
        wokenAgain: false,
        lookedAt: -Infinity,
        failures: 0,
        stopped: false,
        retry: null,
        waiters: [],
      });
    }
  }

  private get held(): Seat[] {
    return [...this.seats.values()].filter(({ drain }) => drain.holder.current !== null);
  }

  private async tendLowWater(): Promise<void> {
    const fromZero = this.sweeps % 5 === 0;
    for (const { shard, drain } of this.held) {
      if (fromZero) drain.readFromZero();
      if (drain.lowWater.isWaiting) drain.lowWater.rise(await this.ports.workList.floor(shard));
      else drain.lowWater.propose(await this.ports.workList.horizon());
    }
  }
}
