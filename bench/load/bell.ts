import type { DatabaseConnection } from '#database/nest';
import { BullmqWakeUp, CallAndJob, connectQueue, PgWakeUp, ShardHints } from '#outbox/nest';
import type { Pool } from 'pg';

/**
 * Wakes the workers after every commit of this process, as the API does after its own. Without it the load of a benchmark
 * would be found by the workers' timer alone, a second later.
 */
export async function ringAfterCommits({ signals, database }: DatabaseConnection, pool: Pool): Promise<() => Promise<void>> {
  const { REDIS_URL: redisUrl } = process.env;
  const queue = connectQueue({ databaseUrl: pool.options.connectionString ?? '', ...(redisUrl !== undefined && { redisUrl }) });
  const wakeUp = new CallAndJob(new PgWakeUp(database), new BullmqWakeUp(queue));
  const hints = new ShardHints(database);
  await hints.refresh();
  let silent = false;
  signals.subscribe(({ events }) => {
    if (silent) return;
    for (const shard of new Set(events.map(({ bucket }) => hints.shardOf(bucket)))) if (shard !== undefined) wakeUp.ring(shard);
  });
  return async () => {
    silent = true;
    await queue.close();
  };
}
