import { FindOperation, type JsonObject, type OperationId, type OperationView } from '#governance';
import { DomainError } from '#kernel';
import type { Command } from 'commander';
import { setTimeout as pause } from 'node:timers/promises';
import type { Deployment } from './deployment.ts';
import { describeOperation } from './describe-operation.ts';
import { exitCodes } from './exit-codes.ts';
import { progressOn, type Terminal } from './operation-progress.ts';
import { jsonOf } from './printable.ts';

const askEveryMs = 300;

export interface FollowOptions {
  readonly wait?: boolean;
  readonly detach?: boolean;
  readonly json?: boolean;
}

export interface Followed {
  /** The result in words, ending in a newline; default: a line for each member. */
  readonly describe?: (result: JsonObject) => string;
  /** Whether somebody should look at this result. */
  readonly needsAttention?: (result: JsonObject) => boolean;
}

/** The options of every command that starts an operation. */
export function addFollowOptions(command: Command): Command {
  return command
    .option('--wait', 'show its progress and wait for its end; the default on a terminal')
    .option('--detach', 'print its id and leave it to the workers')
    .option('--json', 'print the operation as one JSON object');
}

/** Whether a command with these options waits for the operation that it starts. */
export const waits = ({ wait, detach }: FollowOptions, terminal: Terminal): boolean =>
  detach !== true && (wait === true || terminal.stdout.isTTY === true);

/**
 * Shows an operation until it ends, or only its id when nobody waits; returns the exit code of the command. Progress goes to standard error,
 * what it ended with to standard output. Interrupting it leaves the operation alone.
 */
export async function followOperation(
  deployment: Pick<Deployment, 'context' | 'findOperation'>,
  id: OperationId,
  options: FollowOptions & Followed,
  terminal: Terminal = process,
): Promise<number> {
  const find = () => deployment.findOperation.execute(new FindOperation(deployment.context, { operationId: id }));
  if (!waits(options, terminal)) {
    terminal.stdout.write(options.json === true ? `${jsonOf(await find())}\n` : `${id}\n`);
    return 0;
  }
  const progress = progressOn(terminal, id);
  const ended = await untilEnded(find, (operation) => progress.show(operation)).finally(() => progress.close());
  terminal.stdout.write(options.json === true ? `${jsonOf(ended)}\n` : describeEnd(ended, options));
  return exitCodeOf(ended, options);
}

async function untilEnded(find: () => Promise<OperationView>, show: (operation: OperationView) => void): Promise<OperationView> {
  for (;;) {
    const operation = await find().catch(unlessUnavailable);
    if (operation !== null) {
      show(operation);
      if (operation.finished_at !== null) return operation;
    }
    await pause(askEveryMs);
  }
}

/** An outage of the database delays what is shown; the operation is done by others. */
function unlessUnavailable(error: unknown): null {
  if (error instanceof DomainError && error.kind === 'unavailable') return null;
  throw error;
}

function describeEnd(operation: OperationView, { describe }: Followed): string {
  if (operation.state !== 'succeeded' || operation.result === null || describe === undefined) return describeOperation(operation);
  return describe(operation.result);
}

function exitCodeOf({ state, result }: OperationView, { needsAttention }: Followed): number {
  if (state !== 'succeeded') return exitCodes.failed;
  return result !== null && needsAttention?.(result) === true ? exitCodes.needsAttention : 0;
}
