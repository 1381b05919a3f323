/** Tells a worker that a shard has work. Never blocks, never fails, and may be lost: workers also look by themselves. */
export abstract class WakeUp {
  abstract ring(shard: number): void;
}
