import type { ProjectionStatus } from '#outbox';
import type { Command } from 'commander';
import { withDeployment } from './deployment.ts';

/** Exit codes for scripts. */
const needsAttention = 1;

export function addStatus(program: Command): void {
  program
    .command('status')
    .description(
      'Show the projection: epoch, and per shard its worker, depth (counted up to 1,000), lag and dead events. Exits 1 when it needs attention.',
    )
    .option('--json', 'as one JSON object')
    .action(async (options: { json?: boolean }) => {
      const status = await withDeployment(process.env, ({ monitor }) => monitor.status());
      process.stdout.write(options.json === true ? `${JSON.stringify(status)}\n` : describe(status));
      if (!isWell(status)) process.exitCode = needsAttention;
    });
}

function isWell({ status, shards }: ProjectionStatus): boolean {
  return status === 'ready' && shards.every(({ holder, dead, paused }) => holder !== null && dead === 0 && paused === 'no');
}

function describe({ epoch, status, shards }: ProjectionStatus): string {
  const lines = shards.map(({ shard, holder, pending, lagSeconds, dead, paused, pauseReason }) => {
    const worker = holder === null ? 'no worker is running' : `worker ${holder}`;
    const pause = paused === 'no' ? '' : `  PAUSED (${paused}): ${pauseReason ?? 'no reason given'}`;
    return `  shard ${shard}  pending ${pending}  lag ${lagSeconds.toFixed(1)} s  dead ${dead}  ${worker}${pause}`;
  });
  return `Graph: ${status.replaceAll('_', ' ')}${epoch === null ? '' : `, epoch ${epoch}`}\n${lines.join('\n')}\n`;
}
