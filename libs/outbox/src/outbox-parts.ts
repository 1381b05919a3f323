import { CommitSignals } from '#database';
import { PgGraphEpoch } from './postgres/pg-graph-epoch.ts';
import { PgReadYourWrites } from './postgres/pg-read-your-writes.ts';
import { ShardHints } from './postgres/shard-hints.ts';
import { RevocationMemory } from './revocation-memory.ts';
import { WakeUp } from './wake-up.ts';

/** What the writing side of the outbox is made of, wired by `OutboxModule`. */
export interface OutboxParts {
  readonly signals: CommitSignals;
  readonly wakeUp: WakeUp;
  readonly hints: ShardHints;
  readonly epoch: PgGraphEpoch;
  readonly readYourWrites: PgReadYourWrites;
  readonly revocations: RevocationMemory;
}

export const outboxParts = {
  provide: Symbol('outbox parts'),
  inject: [CommitSignals, WakeUp, ShardHints, PgGraphEpoch, PgReadYourWrites, RevocationMemory],
  useFactory: (
    signals: CommitSignals,
    wakeUp: WakeUp,
    hints: ShardHints,
    epoch: PgGraphEpoch,
    readYourWrites: PgReadYourWrites,
    revocations: RevocationMemory,
  ): OutboxParts => ({ signals, wakeUp, hints, epoch, readYourWrites, revocations }),
};
