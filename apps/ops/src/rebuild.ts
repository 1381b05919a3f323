import type { JsonObject } from '#governance';
import { GraphDesk } from '#outbox';
import type { Command } from 'commander';
import { withDeployment } from './deployment.ts';
import { addFollowOptions, followOperation, type FollowOptions } from './follow-operation.ts';
import { jsonOf } from './printable.ts';

interface RebuildOptions extends FollowOptions {
  readonly fromScratch?: boolean;
}

function described({ kind, relationships, refused }: JsonObject): string {
  const left = refused === 0 ? '' : `, ${jsonOf(refused)} left out because SpiceDB refuses them: see projection_refusals`;
  return `Rebuilt, ${jsonOf(kind)}: ${jsonOf(relationships)} relationships are right${left}.\n`;
}

export function addRebuild(program: Command): void {
  const command = program
    .command('rebuild')
    .description(
      'Make the graph again from PostgreSQL while it is in use: everything goes on, and every answer stays right. From scratch, checks answer 503 until it is done.',
    )
    .requiredOption('--yes', 'it takes a while')
    .option('--from-scratch', 'declare the graph lost and make it anew in another epoch');
  addFollowOptions(command).action(async (options: RebuildOptions) => {
    process.exitCode = await withDeployment(process.env, async (deployment) => {
      const { id } = await new GraphDesk(deployment).rebuild(deployment.context, { fromScratch: options.fromScratch === true });
      return followOperation(deployment, id, { ...options, describe: described, needsAttention: ({ refused }) => refused !== 0 });
    });
  });
}
