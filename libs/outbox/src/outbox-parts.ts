import { CommitSignals } from '#database';
import { BullmqWakeUp } from './bullmq/bullmq-wake-up.ts';
import { PgGraphEpoch } from './postgres/pg-graph-epoch.ts';
import { PgReadYourWrites } from './postgres/pg-read-your-writes.ts';
import { ShardHints } from './postgres/shard-hints.ts';
import { RevocationMemory } from './revocation-memory.ts';

/** What the writing side of the outbox is made of, wired by `OutboxModule`. */
export interface OutboxParts {
  readonly signals: CommitSignals;
  readonly wakeUp: BullmqWakeUp;
  readonly hints: ShardHints;
  readonly epoch: PgGraphEpoch;
  readonly readYourWrites: PgReadYourWrites;
  readonly revocations: RevocationMemory;
}

export const outboxParts = {
  provide: Symbol('outbox parts'),
  inject: [CommitSignals, BullmqWakeUp, ShardHints, PgGraphEpoch, PgReadYourWrites, RevocationMemory],
  useFactory: (
    signals: CommitSignals,
    wakeUp: BullmqWakeUp,
    hints: ShardHints,
    epoch: PgGraphEpoch,
    readYourWrites: PgReadYourWrites,
    revocations: RevocationMemory,
  ): OutboxParts => ({ signals, wakeUp, hints, epoch, readYourWrites, revocations }),
};
