import { InvalidArgumentError, type Command } from 'commander';
import { withDeployment } from './deployment.ts';

function shardNumber(text: string): number {
  if (!/^\d{1,4}$/.test(text)) throw new InvalidArgumentError('A shard is a whole number.');
  return Number(text);
}

export function addShards(program: Command): void {
  program
    .command('pause')
    .description('Stop applying grants of a shard; removals go on being applied.')
    .argument('<shard>', 'its number', shardNumber)
    .requiredOption('--reason <text>', 'shown in the status')
    .option('--all', 'stop removals too: people keep access that was taken from them')
    .action(async (shard: number, options: { reason: string; all?: boolean }) => {
      await withDeployment(process.env, ({ desk }) => desk.pause(shard, options.all === true ? 'all' : 'grants', options.reason));
      process.stdout.write(`Shard ${shard} is paused.\n`);
    });
  program
    .command('resume')
    .description('Go on with a paused shard.')
    .argument('<shard>', 'its number', shardNumber)
    .action(async (shard: number) => {
      await withDeployment(process.env, ({ desk }) => desk.pause(shard, 'no', null));
      process.stdout.write(`Shard ${shard} goes on.\n`);
    });
}
