/** Milliseconds without any movement, after which work gives its place in the worker up. */
export const standstillMs = 5_000;

/** Tells a shard that takes its time from one that stands still, maybe for hours: an operator stopped it, or no worker has it. */
export class Standstill {
  private last: string | null = null;
  private since = performance.now();

  /** `goesOn`: of a run that goes on where another stood. Its first look tells nothing new. */
  constructor(
    private readonly patienceMs = standstillMs,
    private readonly goesOn = false,
  ) {}

  /** Whether something moved since the last look: how far it is, in any words. */
  moved(howFar: string): boolean {
    if (howFar === this.last) return false;
    const isFirst = this.last === null;
    this.last = howFar;
    this.since = performance.now();
    return !(isFirst && this.goesOn);
  }

  get isLong(): boolean {
    return performance.now() - this.since >= this.patienceMs;
  }
}

/** A shard that something waits for. */
export interface AwaitedShard {
  /** Null: buckets that belong to nobody, of a move that broke off. */
  readonly shard: number | null;
  readonly paused: string;
  /** A worker has it. */
  readonly held: boolean;
}

/** Whether it cannot move before somebody does something. */
export const stands = ({ shard, paused, held }: AwaitedShard): boolean => shard === null || paused !== 'no' || !held;

function whyOf({ shard, paused, held }: AwaitedShard): string {
  if (shard === null) return 'some buckets belong to no shard';
  if (paused !== 'no') return `shard ${shard} is paused`;
  return held ? `shard ${shard} does not get on` : `shard ${shard} has no worker`;
}

/** In words, for operators. */
export const whatIsAwaited = (shards: readonly AwaitedShard[]): string => shards.map(whyOf).join(', ') || 'events to be applied';
