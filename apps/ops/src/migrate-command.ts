import { Environment, readOwnerUrl } from '#configuration';
import { revertMigration } from '#database/nest';
import type { Command } from 'commander';
import { migrate } from './migrate.ts';

export function addMigrate(program: Command): void {
  program
    .command('migrate')
    .description('Bring tables, queue and permission schema to this release. Safe to repeat, and from several places at once.')
    .option('--revert', 'take back the newest database migration instead; what only it can hold is lost')
    .option('--yes', 'needed with --revert')
    .action(async (options: { revert?: boolean; yes?: boolean }, command: Command) => {
      if (options.revert === true) await revert(options.yes === true, command);
      else await report();
    });
}

async function report(): Promise<void> {
  const { migrations, graphSchema } = await migrate(process.env);
  process.stdout.write(migrations.length === 0 ? 'The database is up to date.\n' : `Applied: ${migrations.join(', ')}.\n`);
  process.stdout.write(`Permission schema: ${graphSchema.replaceAll('_', ' ')}.\n`);
}

async function revert(confirmed: boolean, command: Command): Promise<void> {
  if (!confirmed) command.error('Reverting drops tables with what they hold. Say --yes to do it.', { exitCode: 2 });
  const environment = new Environment(process.env);
  await revertMigration({ url: environment.settled(readOwnerUrl(environment)) });
  process.stdout.write('Took back the newest migration.\n');
}
