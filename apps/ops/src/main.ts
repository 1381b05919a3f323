import 'reflect-metadata';
import { DomainError } from '#kernel';
import { describeError } from '#observability';
import { Command } from 'commander';
import { addEvents } from './events.ts';
import { addAudit } from './audit.ts';
import { exitCodes } from './exit-codes.ts';
import { addMigrate } from './migrate-command.ts';
import { addOperations } from './operations.ts';
import { addShards } from './shards.ts';
import { addPurge } from './purge.ts';
import { addReplay } from './replay.ts';
import { addMoveBuckets } from './move-buckets.ts';
import { addStatus } from './status.ts';

const program = new Command('tenantry').description(
  'Operate a Tenantry deployment. Which one: DATABASE_URL, SPICEDB_ENDPOINT, SPICEDB_TOKEN.',
);
// 1 says that what was found needs attention: a command line that makes no sense must not look like it. Commands inherit this.
program.exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : exitCodes.misused));
for (const add of [addMigrate, addStatus, addEvents, addReplay, addPurge, addShards, addMoveBuckets, addOperations, addAudit]) add(program);

program.parseAsync().catch((error: unknown) => {
  const { message, cause } = describeError(error);
  process.stderr.write(`${message}${cause === undefined ? '' : ` (${cause.message})`}\n`);
  process.exitCode = isRefusal(error) ? exitCodes.misused : exitCodes.failed;
});

/** What was asked for cannot be meant: a selector, a number or a date that is none, or everything without saying so. */
function isRefusal(error: unknown): boolean {
  return error instanceof DomainError && (error.kind === 'invalid' || error.kind === 'malformed');
}
