import 'reflect-metadata';
import { describeError } from '#observability';
import { Command } from 'commander';
import { addAudit } from './audit.ts';
import { addDeadEvents } from './dead-events.ts';
import { exitCodes } from './exit-codes.ts';
import { addMigrate } from './migrate-command.ts';
import { addOperations } from './operations.ts';
import { addRebuild } from './rebuild.ts';
import { addShards } from './shards.ts';
import { addMoveBuckets } from './move-buckets.ts';
import { addRepair } from './repair.ts';
import { addStatus } from './status.ts';
import { addVerify } from './verify.ts';

const program = new Command('tenantry').description(
  'Operate a Tenantry deployment. Which one: DATABASE_URL, SPICEDB_ENDPOINT, SPICEDB_TOKEN.',
);
// 1 says that what was found needs attention: a command line that makes no sense must not look like it. Commands inherit this.
program.exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : exitCodes.misused));
const commands = [
  addMigrate,
  addStatus,
  addDeadEvents,
  addShards,
  addRebuild,
  addMoveBuckets,
  addVerify,
  addRepair,
  addOperations,
  addAudit,
];
for (const add of commands) add(program);

program.parseAsync().catch((error: unknown) => {
  const { message, cause } = describeError(error);
  process.stderr.write(`${message}${cause === undefined ? '' : ` (${cause.message})`}\n`);
  process.exitCode = exitCodes.failed;
});
