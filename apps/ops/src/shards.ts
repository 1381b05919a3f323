import { PAUSE_LEVELS, mostShards } from '#outbox';
import type { Command } from 'commander';
import { wholeNumber } from './arguments.ts';
import { withDeployment } from './deployment.ts';
import { addFollowOptions, followOperation, type FollowOptions } from './follow-operation.ts';

const [grantsOnly, everything] = PAUSE_LEVELS;

export function addShards(program: Command): void {
  addPause(program);
  addReshard(program);
}

function addPause(program: Command): void {
  program
    .command('pause')
    .description('Stop applying grants of a shard; removals go on being applied.')
    .argument('<shard>', 'its number', wholeNumber)
    .requiredOption('--reason <text>', 'shown in the status')
    .option('--all', 'stop removals too: people keep access that was taken from them')
    .action(async (shard: number, { reason, all }: { reason: string; all?: boolean }) => {
      const level = all === true ? everything : grantsOnly;
      await withDeployment(process.env, ({ desk, context }) => desk.shards.pause(context, shard, level, reason));
      process.stdout.write(`Shard ${shard} is paused.\n`);
    });
  program
    .command('resume')
    .description('Go on with a paused shard.')
    .argument('<shard>', 'its number', wholeNumber)
    .action(async (shard: number) => {
      await withDeployment(process.env, ({ desk, context }) => desk.shards.resume(context, shard));
      process.stdout.write(`Shard ${shard} goes on.\n`);
    });
}

function addReshard(program: Command): void {
  const command = program
    .command('reshard')
    .description('Spread all tenants over another number of shards while workers run, and give buckets that belong to nobody a place.')
    .requiredOption('--shards <number>', `1 to ${mostShards}, beside that of the platform`, wholeNumber);
  addFollowOptions(command).action(async (options: FollowOptions & { readonly shards: number }) => {
    process.exitCode = await withDeployment(process.env, async (deployment) => {
      const { id } = await deployment.desk.reshard.request(deployment.context, options.shards);
      return followOperation(deployment, id, options);
    });
  });
}
