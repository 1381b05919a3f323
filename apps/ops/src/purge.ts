import type { PurgeResult } from '#outbox';
import type { Command } from 'commander';
import { withDeployment } from './deployment.ts';
import { jsonOf } from './printable.ts';

interface PurgeOptions {
  readonly before: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

export function addPurge(program: Command): void {
  program
    .command('purge')
    .description('Drop whole days of the log, never one that is still needed. What was dropped can be neither shown nor replayed.')
    .requiredOption('--before <date>', 'the first day (UTC) that stays, such as 2026-01-31')
    .option('--dry-run', 'only show what would go')
    .option('--yes', 'needed without --dry-run')
    .option('--json', 'as one JSON object')
    .action(async (options: PurgeOptions, command: Command) => {
      if (options.dryRun !== true && options.yes !== true) command.error('It cannot be undone. Say --yes to do it, or --dry-run to see.');
      const result = await withDeployment(process.env, ({ desk, context }) =>
        options.dryRun === true ? desk.log.preview(options.before) : desk.log.run(context, options.before),
      );
      process.stdout.write(options.json === true ? `${jsonOf(result)}\n` : describe(result, options.dryRun === true));
    });
}

function describe({ before, dropped }: PurgeResult, dryRun: boolean): string {
  if (dropped.length === 0) return `Nothing of the log is from before ${before}.\n`;
  const lines = dropped.map(({ name, bytes }) => `  ${name}  ${(bytes / 1_048_576).toFixed(1)} MiB\n`);
  return [dryRun ? 'Would be dropped:\n' : 'Dropped:\n', ...lines].join('');
}
