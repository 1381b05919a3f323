import { setTimeout as pause } from 'node:timers/promises';
import { channels } from '#outbox/nest';
import type { Pool } from 'pg';

const lookEveryMs = 20;

/** Holds the projection back, lets it go, and sees how far it is, by the same rows that operators look at. */
export class Projection {
  constructor(private readonly pool: Pool) {}

  async untilReady(limitMs = 120_000): Promise<void> {
    await this.until('the graph is complete', limitMs, async () => {
      const { rows } = await this.pool.query<{ status: string }>('SELECT status FROM projection_state');
      return rows[0]?.status === 'ready';
    });
  }

  async hold(): Promise<void> {
    await this.pool.query("UPDATE projection_shards SET paused = 'all', pause_reason = 'benchmark'");
  }

  async release(): Promise<void> {
    await this.pool.query("UPDATE projection_shards SET paused = 'no', pause_reason = NULL");
    await this.pool.query('SELECT pg_notify($1, shard::text) FROM projection_shards', [channels.wake]);
  }

  /** The sequence numbers of all shards: batches after them belong to what comes next. */
  async applied(): Promise<{ events: number; batches: number; updates: number }> {
    const { rows } = await this.pool.query<{ events: string; batches: string; updates: string }>(
      'SELECT coalesce(sum(events), 0) AS events, count(*) AS batches, coalesce(sum(updates), 0) AS updates FROM outbox_batches',
    );
    const [sums] = rows;
    return { events: Number(sums?.events), batches: Number(sums?.batches), updates: Number(sums?.updates) };
  }

  async untilApplied(events: number, limitMs: number): Promise<void> {
    await this.until(`${events} events are applied`, limitMs, async () => (await this.applied()).events >= events);
  }

  private async until(what: string, limitMs: number, holds: () => Promise<boolean>): Promise<void> {
    const deadline = performance.now() + limitMs;
    while (!(await holds())) {
      if (performance.now() > deadline) throw new Error(`${what}: not within ${limitMs / 1000} s`);
      await pause(lookEveryMs);
    }
  }
}
