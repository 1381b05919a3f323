import type { Database } from '#database';
import { platformScope } from '#kernel';
import { ShardBells } from '../bell.ts';
import { WakeUp } from '../wake-up.ts';
import { channels } from './channels.ts';
import { notify } from './notify.ts';

/**
 * Calls the holder of the shard by NOTIFY: heard within a millisecond, by whoever is listening at that moment. A statement of
 * its own, after the commit, one in flight per shard: within the transaction it would serialise commits.
 */
export class PgWakeUp extends WakeUp {
  private readonly bells: ShardBells;

  constructor(database: Database) {
    super();
    this.bells = new ShardBells((shard) => database.read(platformScope, { ...notify, values: [channels.wake, String(shard)] }));
  }

  override ring(shard: number): void {
    this.bells.ring(shard);
  }
}
