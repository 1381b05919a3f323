import { describeError } from '#observability';
import { Command } from 'commander';
import { migrate } from './migrate.ts';

const program = new Command('ops').description(
  'Commands for operators of Tenantry. Settings come from the environment, as for the services.',
);

program
  .command('migrate')
  .description('bring PostgreSQL, the queue and the graph schema to this release; safe to repeat')
  .action(async () => {
    const { migrations, graphSchema } = await migrate(process.env);
    console.log(migrations.length === 0 ? 'The database is up to date.' : `Applied: ${migrations.join(', ')}.`);
    console.log(`Graph schema: ${graphSchema.replaceAll('_', ' ')}.`);
  });

program.parseAsync().catch((error: unknown) => {
  const { message, cause } = describeError(error);
  process.stderr.write(`${message}${cause === undefined ? '' : ` (${cause.message})`}\n`);
  process.exit(1);
});
