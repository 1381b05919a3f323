import { GraphDesk } from '#outbox';
import type { Command } from 'commander';
import { withDeployment } from './deployment.ts';
import { describeVerification } from './describe-drift.ts';
import { addFollowOptions, followOperation, type FollowOptions } from './follow-operation.ts';

interface VerifyOptions extends FollowOptions {
  readonly tenant?: string;
}

export function addVerify(program: Command): void {
  const command = program
    .command('verify')
    .description('Compare the graph with the rows and name each difference. Changes nothing. Exits 1 when there is drift.')
    .option('--tenant <id or slug>', 'only what belongs to this tenant');
  addFollowOptions(command).action(async ({ tenant, ...follow }: VerifyOptions) => {
    process.exitCode = await withDeployment(process.env, async (deployment) => {
      const { id } = await new GraphDesk(deployment).verify(deployment.context, tenant === undefined ? {} : { tenant });
      const needsAttention = (result: { readonly [name: string]: unknown }) =>
        result['drift'] !== 0 || result['unsettled'] !== 0 || result['truncated'] === true;
      return followOperation(deployment, id, { ...follow, describe: describeVerification, needsAttention });
    });
  });
}
