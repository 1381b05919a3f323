import 'reflect-metadata';
import { describeError } from '#observability';
import { Command } from 'commander';
import { addAudit } from './audit.ts';
import { addEvents } from './events.ts';
import { exitCodeOf, exitCodes } from './exit-codes.ts';
import { addMigrate } from './migrate-command.ts';
import { addMoveBuckets } from './move-buckets.ts';
import { addOperations } from './operations.ts';
import { addPurge } from './purge.ts';
import { addRebuild } from './rebuild.ts';
import { addRepair } from './repair.ts';
import { addReplay } from './replay.ts';
import { addShards } from './shards.ts';
import { addStatus } from './status.ts';
import { addVerify } from './verify.ts';
import { printable } from './printable.ts';

const program = new Command('tenantry').description(
  'Operate a Tenantry deployment. Which one: DATABASE_URL, SPICEDB_ENDPOINT, SPICEDB_TOKEN.',
);
// 1 says that what was found needs attention: a command line that makes no sense must not look like it. Commands inherit this.
program.exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : exitCodes.refused));
const commands = [
  addMigrate,
  addStatus,
  addEvents,
  addReplay,
  addVerify,
  addRepair,
  addRebuild,
  addShards,
  addMoveBuckets,
  addPurge,
  addOperations,
  addAudit,
];
for (const add of commands) add(program);

program.parseAsync().catch((error: unknown) => {
  const { message, cause } = describeError(error);
  const lines = `${message}${cause === undefined ? '' : ` (${cause.message})`}`.split('\n');
  process.stderr.write(`${lines.map(printable).join('\n')}\n`);
  process.exitCode = exitCodeOf(error);
});
