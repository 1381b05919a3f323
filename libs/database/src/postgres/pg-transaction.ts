import { Transaction, type AggregateRoot, type DomainEvent } from '#kernel';
import type { PoolClient } from 'pg';
import { classifyDatabaseError } from '../classify-error.ts';
import type { Rows, SqlExecutor } from '../sql.ts';

/** The transaction takes nothing any more, because an earlier statement failed. */
const isRefusedAfterFailure = (error: unknown): boolean => (error as { code?: unknown } | null)?.code === '25P02';

/** Statements issued without waiting for each other go out together: one round trip. */
export class PgExecutor implements SqlExecutor {
  private failure: unknown;

  constructor(private readonly client: PoolClient) {}

  async query<Row>(text: string, values: readonly unknown[] = [], name?: string): Promise<Rows<Row>> {
    try {
      const result = await this.client.query({ text, values: values as unknown[], ...(name !== undefined && { name }) });
      return { rows: result.rows as Row[], rowCount: result.rowCount ?? 0 };
    } catch (error) {
      this.failure ??= error;
      // What was sent behind a statement that failed is refused for that alone, and may be heard of first: the cause is the
      // other one, which says whether to try again.
      throw classifyDatabaseError(isRefusedAfterFailure(error) ? this.failure : error);
    }
  }
}

export class PgTransaction extends Transaction {
  private readonly events: DomainEvent[] = [];
  private readonly hints: (() => void)[] = [];

  constructor(readonly executor: SqlExecutor) {
    super();
  }

  override collect(aggregate: AggregateRoot): void {
    this.events.push(...aggregate.pullEvents());
  }

  override afterCommit(tell: () => void): void {
    this.hints.push(tell);
  }

  /** One that throws is ignored, because the change is committed. */
  committed(): void {
    for (const tell of this.hints) {
      try {
        tell();
      } catch {
        continue;
      }
    }
  }

  get collected(): readonly DomainEvent[] {
    return this.events;
  }
}
