import { GraphDesk } from '#outbox';
import type { Command } from 'commander';
import { wholeNumberOf } from './arguments.ts';
import { withDeployment } from './deployment.ts';
import { describeRepair, leavesDrift } from './describe-drift.ts';
import { addFollowOptions, followOperation, type FollowOptions } from './follow-operation.ts';

interface RepairOptions extends FollowOptions {
  readonly tenant?: string;
  readonly dryRun?: boolean;
  readonly pruneCap?: number;
  readonly yes?: boolean;
}

export function addRepair(program: Command): void {
  const command = program
    .command('repair')
    .description('Put right what verify names, through the workers, while everything runs. Refuses when too much would be taken away.')
    .option('--tenant <id or slug>', 'only what belongs to this tenant')
    .option('--dry-run', 'only say what would be done')
    .option(
      '--prune-cap <n>',
      'the most relationships that may go; default 1,000, or a twentieth of the graph when that is more',
      wholeNumberOf(9),
    )
    .option('--yes', 'needed without --dry-run: access is given and taken');
  addFollowOptions(command).action(async (options: RepairOptions, self: Command) => {
    if (options.dryRun !== true && options.yes !== true)
      self.error('A repair gives and takes access. Say --yes, or --dry-run.', { exitCode: 2 });
    await repair(options);
  });
}

async function repair({ tenant, dryRun = false, pruneCap, ...follow }: RepairOptions): Promise<void> {
  process.exitCode = await withDeployment(process.env, async (deployment) => {
    const wish = { dryRun, ...(tenant !== undefined && { tenant }), ...(pruneCap !== undefined && { pruneCap }) };
    const { id } = await new GraphDesk(deployment).repair(deployment.context, wish);
    const needsAttention = (result: { readonly [name: string]: unknown }) =>
      dryRun ? result['drift'] !== 0 : leavesDrift(result as never);
    return followOperation(deployment, id, { ...follow, describe: describeRepair, needsAttention });
  });
}
