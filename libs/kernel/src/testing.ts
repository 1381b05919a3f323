import { Clock } from './clock.ts';
import type { AggregateRoot } from './aggregate-root.ts';
import type { DomainEvent } from './domain-event.ts';
import { ExecutionContext, type Actor } from './execution-context.ts';
import { UlidGenerator, type IdGenerator, type UserId } from './ids.ts';
import { Transaction, UnitOfWork, type DataScope } from './unit-of-work.ts';

/** Stands still until told otherwise. */
export class StoppedClock extends Clock {
  constructor(private time = new Date('2026-01-02T03:04:05.678Z')) {
    super();
  }

  override now(): Date {
    return this.time;
  }

  passes(milliseconds: number): Date {
    this.time = new Date(this.time.getTime() + milliseconds);
    return this.time;
  }
}

export const anId = <Id extends string>(): Id => ids.next<Id>();
const ids: IdGenerator = new UlidGenerator();

export const actingUser = (id: UserId): Actor => ({ kind: 'user', id });
export const actingProduct: Actor = { kind: 'system', id: 'test' };
export const contextOf = (actor: Actor): ExecutionContext => new ExecutionContext(actor, 'test-request');

/** State of a fake that a failed transaction takes back. */
export interface Restorable {
  /** Remembers what is there now; the result brings it back. */
  remember(): () => void;
}

class InMemoryTransaction extends Transaction {
  readonly events: DomainEvent[] = [];
  readonly hints: (() => void)[] = [];

  override collect(aggregate: AggregateRoot): void {
    this.events.push(...aggregate.pullEvents());
  }

  override afterCommit(tell: () => void): void {
    this.hints.push(tell);
  }
}

/** One transaction after the other, in memory; what was committed can be looked at. */
export class InMemoryUnitOfWork extends UnitOfWork {
  readonly events: DomainEvent[] = [];
  private readonly stores: readonly Restorable[];

  constructor(...stores: readonly Restorable[]) {
    super();
    this.stores = stores;
  }

  override async run<Result>(_context: ExecutionContext, _scope: DataScope, work: (tx: Transaction) => Promise<Result>): Promise<Result> {
    const undo = this.stores.map((store) => store.remember());
    const tx = new InMemoryTransaction();
    try {
      const result = await work(tx);
      this.events.push(...tx.events);
      for (const tell of tx.hints) tell();
      return result;
    } catch (error) {
      for (const bringBack of undo) bringBack();
      throw error;
    }
  }

  /** The types of everything committed since the last call, in order. */
  newEventTypes(): string[] {
    return this.events.splice(0).map(({ type }) => type);
  }
}

/** A table of a fake: rows by key, with a memory. */
export class InMemoryTable<Row> implements Restorable {
  private rows = new Map<string, Row>();

  remember(): () => void {
    const before = new Map(this.rows);
    return () => {
      this.rows = before;
    };
  }

  get(key: string): Row | undefined {
    return this.rows.get(key);
  }

  put(key: string, row: Row): void {
    this.rows.set(key, row);
  }

  delete(key: string): void {
    this.rows.delete(key);
  }

  /** In order of the keys. */
  all(): Row[] {
    return [...this.rows.entries()].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, row]) => row);
  }
}
