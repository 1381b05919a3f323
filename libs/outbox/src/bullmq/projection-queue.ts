import { runtimeRole } from '#database/nest';
import { createPostgresBackend, Queue, Worker, type Processor } from 'bullmq';
import pg from 'pg';

export const queueName = 'projection';

/** The queue's own PostgreSQL schema: nothing of ours refers to it, and losing it loses nothing. */
export const queueSchema = 'tenantry_queue';

export interface DrainJob {
  readonly shard: number;
  /** Milliseconds since 1970, by the clock of the process that added it. */
  readonly rungAt?: number;
}

/** Where the queue lives: in PostgreSQL, unless there is a Redis (6.2 or later) or Valkey. */
export interface QueueConfig {
  readonly databaseUrl: string;
  readonly redisUrl?: string;
}

/** A wake-up need not outlive a crash of the server, so nobody waits for the disk to have it. */
const postgres = ({ databaseUrl }: QueueConfig, max: number) => ({
  connectionString: databaseUrl,
  schema: queueSchema,
  options: `-c role=${runtimeRole} -c synchronous_commit=off`,
  max,
  connectionTimeoutMillis: 5_000,
});

/**
 * An add while the shard is being drained is kept and runs next (`keepLastIfActive`; without it the add is dropped); an
 * add while one is waiting is the same wake-up.
 */
export const drainOptions = (shard: number) => ({
  deduplication: { id: `drain-${shard}`, keepLastIfActive: true },
  removeOnComplete: true,
  removeOnFail: true,
});

export type ProjectionQueue = Pick<Queue<DrainJob>, 'add' | 'close' | 'on' | 'waitUntilReady' | 'upsertJobScheduler'>;

export function connectQueue(config: QueueConfig): ProjectionQueue {
  if (config.redisUrl !== undefined) {
    return new Queue<DrainJob>(queueName, { connection: { url: config.redisUrl, maxRetriesPerRequest: 1, enableOfflineQueue: false } });
  }
  return new Queue(queueName, { connection: postgres(config, 2) }, createPostgresBackend) as unknown as ProjectionQueue;
}

export type QueueWorker = Pick<Worker<DrainJob>, 'close' | 'on'>;

export function consumeQueue(
  config: QueueConfig,
  concurrency: number,
  drain: (shard: number, rungAt?: number) => Promise<void>,
): QueueWorker {
  const processor: Processor<DrainJob> = (job) => drain(job.data.shard, job.data.rungAt);
  const options = { concurrency, drainDelay: 1, lockDuration: 30_000, maxStalledCount: 100 };
  if (config.redisUrl !== undefined) {
    return new Worker<DrainJob>(queueName, processor, { ...options, connection: { url: config.redisUrl, maxRetriesPerRequest: null } });
  }
  return new Worker(queueName, processor, { ...options, connection: postgres(config, 4) }, createPostgresBackend) as unknown as QueueWorker;
}

/** Creates or upgrades the queue's schema, by the owner's rights, and lets the runtime role use it. Idempotent. */
export async function migrateQueue(config: { readonly url: string }): Promise<void> {
  const queue = new Queue(
    queueName,
    { connection: { connectionString: config.url, schema: queueSchema, migrate: true, max: 2 } },
    createPostgresBackend,
  );
  await queue.waitUntilReady();
  await queue.close();
  const client = new pg.Client({ connectionString: config.url });
  await client.connect();
  try {
    // BullMQ makes a queue's sequence at its first job. The runtime role may create nothing, and its first add would fail.
    await client.query(`SET search_path = ${queueSchema}`);
    await client.query('SELECT next_job_id($1)', [queueName]);
    await client.query(`GRANT USAGE ON SCHEMA ${queueSchema} TO ${runtimeRole}`);
    for (const kind of ['TABLES', 'SEQUENCES', 'FUNCTIONS']) {
      await client.query(`GRANT ALL ON ALL ${kind} IN SCHEMA ${queueSchema} TO ${runtimeRole}`);
    }
  } finally {
    await client.end();
  }
}
