import type { DiscardEvent } from './discard-event.ts';
import type { ListEvents } from './list-events.ts';
import type { PauseShard } from './pause-shard.ts';
import type { LookAtProjection } from './projection-overview.ts';
import type { PurgeLog } from './purge-log.ts';
import type { ReplayEvents } from './replay-events.ts';
import type { Reshard } from './reshard.ts';
import type { RetryEvents } from './retry-events.ts';
import type { ShowEvent } from './show-event.ts';

/** Everything operators do to the projection, at whichever door they stand. Every change is audited in its own transaction. */
export abstract class ProjectionDesk {
  abstract readonly look: LookAtProjection;
  abstract readonly list: ListEvents;
  abstract readonly show: ShowEvent;
  abstract readonly retry: RetryEvents;
  abstract readonly discard: DiscardEvent;
  abstract readonly replay: ReplayEvents;
  abstract readonly shards: PauseShard;
  abstract readonly reshard: Reshard;
  abstract readonly log: PurgeLog;
}
