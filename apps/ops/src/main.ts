import 'reflect-metadata';
import { DomainError } from '#kernel';
import { describeError } from '#observability';
import { Command } from 'commander';
import { addEvents } from './events.ts';
import { addMigrate } from './migrate-command.ts';
import { addShards } from './shards.ts';
import { addPurge } from './purge.ts';
import { addReplay } from './replay.ts';
import { addMoveBuckets } from './move-buckets.ts';
import { addRepair } from './repair.ts';
import { exitCodes } from './exit-codes.ts';
import { addStatus } from './status.ts';
import { addVerify } from './verify.ts';

const program = new Command('tenantry')
  .description('Operate a Tenantry deployment. Which one: DATABASE_URL, SPICEDB_ENDPOINT, SPICEDB_TOKEN.')
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : exitCodes.refused));
for (const add of [addMigrate, addStatus, addEvents, addReplay, addPurge, addShards, addMoveBuckets, addVerify, addRepair]) add(program);

program.parseAsync().catch((error: unknown) => {
  const { message, cause } = describeError(error);
  process.stderr.write(`${message}${cause === undefined ? '' : ` (${cause.message})`}\n`);
  process.exitCode = isRefusal(error) ? exitCodes.refused : exitCodes.failed;
});

/** It was asked for the wrong thing, or at the wrong time; not kept from doing it. */
function isRefusal(error: unknown): boolean {
  return error instanceof DomainError && error.kind !== 'unavailable' && error.kind !== 'internal';
}
