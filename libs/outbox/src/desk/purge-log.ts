import type { AuditTrail } from '#governance';
import { ExecutionContext, platformScope, type Transaction, type UnitOfWork } from '#kernel';
import { LogStillNeeded, PurgeDateInvalid } from './errors.ts';

/** A stretch of the log that can go only as a whole. */
export interface LogPartition {
  readonly name: string;
  /** A day (UTC). Null: the partition of the day of installation and before it, which is emptied and stays. */
  readonly from: string | null;
  /** The day after its last. Null: it is empty. */
  readonly until: string | null;
  /** As PostgreSQL estimates it. */
  readonly events: number;
  readonly bytes: number;
}

export const DROP_ANSWERS = ['dropped', 'absent', 'young', 'waiting', 'replaying'] as const;
/** `young`: it holds events of that moment or later. `waiting`, `replaying`: it is still needed. */
export type DropAnswer = (typeof DROP_ANSWERS)[number];

export abstract class LogPartitions {
  /** Oldest first; the one of the day of installation before all others. */
  abstract list(): Promise<readonly LogPartition[]>;
  /** All or nothing; waits two seconds for those who use the log, at most, and only for what may go. Throws `LogBusy`. */
  abstract drop(tx: Transaction, partition: LogPartition, before: string): Promise<DropAnswer>;
}

export interface PurgePorts {
  readonly partitions: LogPartitions;
  readonly unitOfWork: UnitOfWork;
  readonly audit: AuditTrail;
  readonly now: () => Date;
}

export interface PurgeResult {
  readonly before: string;
  readonly dropped: readonly LogPartition[];
}

const why: Readonly<Partial<Record<DropAnswer, string>>> = {
  waiting: 'events of it still wait, or are dead: apply, retry or discard them first',
  replaying: 'a replay is pending or running: wait for it, or cancel it',
};

/** Cuts the log: whole days of it, oldest first, until one is still needed. */
export class PurgeLog {
  constructor(private readonly ports: PurgePorts) {}

  /** What `run` would drop, if nothing of it were still needed. Throws `PurgeDateInvalid`. */
  async preview(date: string): Promise<PurgeResult> {
    const before = this.midnight(date);
    return { before, dropped: (await this.ports.partitions.list()).filter((partition) => isOlder(partition, date)) };
  }

  /**
   * Everything committed before this day (UTC), as far as whole partitions go. Each in a transaction of its own, so that writers wait for
   * one at a time. Throws `PurgeDateInvalid`; `LogStillNeeded`, `LogBusy`: what is older than that was dropped all the same.
   */
  async run(context: ExecutionContext, date: string): Promise<PurgeResult> {
    const { before, dropped: candidates } = await this.preview(date);
    const dropped: LogPartition[] = [];
    for (const partition of candidates) {
      const answer = await this.drop(context, partition, before);
      if (answer === 'dropped') dropped.push(partition);
      const reason = why[answer];
      if (reason !== undefined)
        throw new LogStillNeeded(`${partition.name} stays, and with it all that is younger: ${reason}.${said(dropped)}`, dropped.length);
    }
    return { before, dropped };
  }

  private drop(context: ExecutionContext, partition: LogPartition, before: string): Promise<DropAnswer> {
    const { partitions, unitOfWork, audit } = this.ports;
    // Its key is that of the whole request, whose answer is not known before the last of them.
    const part = new ExecutionContext(context.actor, context.requestId);
    return unitOfWork.run(part, platformScope, async (tx) => {
      const answer = await partitions.drop(tx, partition, before);
      if (answer !== 'dropped') return answer;
      const target = { type: 'log_partition', id: partition.name };
      await audit.record(tx, part, {
        action: 'projection.log_purged',
        target,
        tenantId: null,
        before: { ...partition },
        after: { before },
      });
      return answer;
    });
  }

  private midnight(date: string): string {
    const day = /^\d{4}-\d\d-\d\d$/.test(date) ? Date.parse(`${date}T00:00:00Z`) : Number.NaN;
    if (Number.isNaN(day) || new Date(day).toISOString().slice(0, 10) !== date)
      throw new PurgeDateInvalid('must be a day such as 2026-01-31');
    if (day > this.ports.now().getTime() - 86_400_000) {
      throw new PurgeDateInvalid('must lie a whole day back, at least: transactions of yesterday may still be open');
    }
    return new Date(day).toISOString();
  }
}

/** Days as text sort as the days do. */
const isOlder = ({ until }: LogPartition, date: string): boolean => until !== null && until <= date;

const said = (dropped: readonly LogPartition[]): string =>
  dropped.length === 0 ? '' : ` Dropped before it: ${dropped.map(({ name }) => name).join(', ')}.`;
