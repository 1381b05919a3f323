/** Tells a worker that a shard has work. Never blocks, never fails, and may be lost: workers also look by themselves. */
export abstract class WakeUp {
  abstract ring(shard: number): void;
}

/** Milliseconds: by then whoever heard the call has done the work, undisturbed, and the job is soon over. */
const jobAfterMs = 25;

/**
 * Milliseconds between the jobs of a shard. A job costs PostgreSQL, worker and API as much CPU as all statements of a command and more: one for
 * every commit of a busy shard took a third of everything. What nobody heard waits that long, a quarter of the sweep's time.
 */
const jobsApartMs = 250;

/**
 * The quick call, and the job that is there when nobody heard it. Measured on two cores, from commit to the worker's turn: 1.0 ms
 * by NOTIFY alone, 1.8 ms with the job added at the same moment, 3.9 ms by the job on PostgreSQL alone.
 */
export class CallAndJob extends WakeUp {
  private readonly jobsToCome = new Map<number, NodeJS.Timeout>();
  private readonly lastJobs = new Map<number, number>();

  constructor(
    private readonly call: WakeUp,
    private readonly job: WakeUp,
  ) {
    super();
  }

  override ring(shard: number): void {
    this.call.ring(shard);
    if (this.jobsToCome.has(shard)) return;
    const sinceLast = performance.now() - (this.lastJobs.get(shard) ?? -Infinity);
    const later = setTimeout(() => this.add(shard), Math.max(jobAfterMs, jobsApartMs - sinceLast));
    this.jobsToCome.set(shard, later.unref());
  }

  private add(shard: number): void {
    this.jobsToCome.delete(shard);
    this.lastJobs.set(shard, performance.now());
    this.job.ring(shard);
  }
}
