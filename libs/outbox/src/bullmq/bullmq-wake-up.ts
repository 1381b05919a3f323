import { ShardBells } from '../bell.ts';
import { WakeUp } from '../wake-up.ts';
import { drainOptions, type ProjectionQueue } from './projection-queue.ts';

/** Adds `drain shard` jobs: one add in flight per shard, however many commands commit meanwhile. */
export class BullmqWakeUp extends WakeUp {
  private readonly bells: ShardBells;

  constructor(queue: ProjectionQueue) {
    super();
    // A queue that cannot be reached is no error here: the workers' own timer finds the work.
    this.bells = new ShardBells((shard) => queue.add('drain', { shard, rungAt: Date.now() }, drainOptions(shard)));
  }

  override ring(shard: number): void {
    this.bells.ring(shard);
  }
}
