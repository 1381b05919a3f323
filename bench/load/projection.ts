import { setTimeout as pause } from 'node:timers/promises';
import { PgGraphMapping } from '#iam/nest';
import { UlidGenerator } from '#kernel';
import { channels, PgRebuilds } from '#outbox/nest';
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

  /** Another epoch than this one has begun: the workers saw that the graph was emptied. */
  async untilLost(epoch: string, limitMs = 120_000): Promise<void> {
    await this.until('the loss of the graph is noticed', limitMs, async () => (await this.epoch()) !== epoch);
  }

  async epoch(): Promise<string> {
    return (await this.pool.query<{ epoch: string }>('SELECT epoch FROM projection_state')).rows[0]?.epoch ?? '';
  }

  /** Asks for a rebuild of the graph in use, and waits for its end. */
  async rebuildInUse(id: string, limitMs: number): Promise<void> {
    const rebuilds = new PgRebuilds(this.pool, new PgGraphMapping(), new UlidGenerator());
    if (!(await rebuilds.begin(id))) throw new Error('the graph is not whole');
    await this.until('the graph in use is rebuilt', limitMs, async () => (await rebuilds.live(id)).state === 'done');
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
