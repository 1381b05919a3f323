import type { Command } from 'commander';
import { wholeNumber } from './arguments.ts';
import { withDeployment } from './deployment.ts';

export function addMoveBuckets(program: Command): void {
  program
    .command('move-buckets')
    .description('Give buckets of tenants to another shard while workers run. Their events wait meanwhile; repeat it after any failure.')
    .argument('<bucket...>', 'their numbers, 0 to 255', (text: string, before: number[] = []) => [...before, wholeNumber(text)])
    .requiredOption('--to <shard>', 'the shard they go to', wholeNumber)
    .action(async (buckets: number[], { to }: { to: number }) => {
      const moves = buckets.map((bucket) => ({ bucket, shard: to }));
      await withDeployment(process.env, ({ desk, context }) => desk.reshard.move(context, moves));
      process.stdout.write(`Shard ${to} now has ${buckets.length === 1 ? `bucket ${buckets[0]}` : `buckets ${buckets.join(', ')}`}.\n`);
    });
}
