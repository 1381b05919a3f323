import { WakeUp } from '../wake-up.ts';
import { drainOptions, type ProjectionQueue } from './projection-queue.ts';

interface Bell {
  /** An add is under way. */
  ringing: boolean;
  /** Somebody rang meanwhile. */
  again: boolean;
}

/** Adds `drain shard` jobs: one add in flight per shard, however many commands commit meanwhile. */
export class BullmqWakeUp extends WakeUp {
  private readonly bells = new Map<number, Bell>();

  constructor(private readonly queue: ProjectionQueue) {
    super();
  }

  override ring(shard: number): void {
    const bell = this.bells.get(shard) ?? { ringing: false, again: false };
    this.bells.set(shard, bell);
    if (bell.ringing) {
      bell.again = true;
      return;
    }
    bell.ringing = true;
    void this.add(shard, bell);
  }

  private async add(shard: number, bell: Bell): Promise<void> {
    do {
      bell.again = false;
      // A queue that cannot be reached is no error here: the workers' own timer finds the work.
      await this.queue.add('drain', { shard }, drainOptions(shard)).catch(() => undefined);
    } while (bell.again);
    bell.ringing = false;
  }
}
