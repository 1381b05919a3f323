import { connectSpiceDb } from '#authorization/nest';
import { Environment, readConnections } from '#configuration';
import { platformPool } from '#database/nest';
import { UlidGenerator } from '#kernel';
import { reassignBuckets } from '#outbox/nest';
import { InvalidArgumentError, type Command } from 'commander';

function wholeNumber(text: string): number {
  if (!/^\d{1,4}$/.test(text)) throw new InvalidArgumentError('A whole number is needed.');
  return Number(text);
}

export function addMoveBuckets(program: Command): void {
  program
    .command('move-buckets')
    .description('Give buckets of tenants to another shard while workers run. Their events wait meanwhile; repeat it after any failure.')
    .argument('<bucket...>', 'their numbers, 0 to 255', (text: string, before: number[] = []) => [...before, wholeNumber(text)])
    .requiredOption('--to <shard>', 'the shard they go to', wholeNumber)
    .action(async (buckets: number[], { to }: { to: number }) => {
      await move(buckets.map((bucket) => ({ bucket, shard: to })));
      process.stdout.write(`Shard ${to} now has ${buckets.length === 1 ? `bucket ${buckets[0]}` : `buckets ${buckets.join(', ')}`}.\n`);
    });
}

async function move(moves: readonly { bucket: number; shard: number }[]): Promise<void> {
  const environment = new Environment(process.env);
  const { databaseUrl, spicedb: settings } = environment.settled(readConnections(environment));
  const pool = platformPool({ url: databaseUrl, poolSize: 2, applicationName: 'tenantry-ops' });
  const spicedb = connectSpiceDb(settings);
  try {
    await reassignBuckets({ pool, graph: spicedb.provider, ids: new UlidGenerator() }, moves);
  } finally {
    spicedb.close();
    await pool.end();
  }
}
