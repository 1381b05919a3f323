import 'reflect-metadata';
import { describeError } from '#observability';
import { Command } from 'commander';
import { addDeadEvents } from './dead-events.ts';
import { addMigrate } from './migrate-command.ts';
import { addShards } from './shards.ts';
import { addMoveBuckets } from './move-buckets.ts';
import { addRepair } from './repair.ts';
import { addStatus } from './status.ts';
import { addVerify } from './verify.ts';

const program = new Command('tenantry').description(
  'Operate a Tenantry deployment. Which one: DATABASE_URL, SPICEDB_ENDPOINT, SPICEDB_TOKEN.',
);
for (const add of [addMigrate, addStatus, addDeadEvents, addShards, addMoveBuckets, addVerify, addRepair]) add(program);

program.parseAsync().catch((error: unknown) => {
  const { message, cause } = describeError(error);
  process.stderr.write(`${message}${cause === undefined ? '' : ` (${cause.message})`}\n`);
  process.exitCode = 3;
});
