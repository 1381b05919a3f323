import {
  CancelOperation,
  FindOperation,
  ListOperations,
  OPERATION_STATES,
  RetryOperation,
  type OperationId,
  type OperationState,
} from '#governance';
import { isUlid } from '#kernel';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { withDeployment } from './deployment.ts';
import { describeOperation, summaryOf } from './describe-operation.ts';
import { addFollowOptions, followOperation, type FollowOptions } from './follow-operation.ts';
import { pageSize } from './page-size.ts';
import { jsonOf } from './printable.ts';

function operationId(text: string): OperationId {
  if (!isUlid(text)) throw new InvalidArgumentError('An operation has an id such as 01JD8M3T5W0000000000000000.');
  return text as OperationId;
}

interface ListOptions {
  readonly kind?: string;
  readonly state?: OperationState;
  readonly limit: number;
  readonly json?: boolean;
}

export function addOperations(program: Command): void {
  const operations = program.command('operations').description('Long work that workers do: look at it, cancel it, retry it.');
  operations
    .command('list')
    .description('The newest first.')
    .addOption(new Option('--state <state>', 'only those in this state').choices(OPERATION_STATES))
    .option('--kind <kind>', 'only these')
    .option('--limit <number>', 'so many at most', pageSize, 50)
    .option('--json', 'one JSON object a line')
    .action(list);
  operations.command('show').argument('<id>', 'as listed', operationId).option('--json', 'as one JSON object').action(show);
  operations
    .command('cancel')
    .description('At once while no worker is at it; otherwise its worker ends it soon. What it did until then stays done.')
    .argument('<id>', 'as listed', operationId)
    .action(cancel);
  addFollowOptions(
    operations
      .command('retry')
      .description('Ask again for one that failed or was cancelled. It goes on where the old one stood.')
      .argument('<id>', 'as listed', operationId),
  ).action(retry);
}

async function list({ json, ...filter }: ListOptions): Promise<void> {
  const { rows } = await withDeployment(process.env, ({ context, listOperations }) =>
    listOperations.execute(new ListOperations(context, filter)),
  );
  for (const operation of rows) process.stdout.write(json === true ? `${jsonOf(operation)}\n` : summaryOf(operation));
}

async function show(id: OperationId, { json }: { json?: boolean }): Promise<void> {
  const operation = await withDeployment(process.env, ({ context, findOperation }) =>
    findOperation.execute(new FindOperation(context, { operationId: id })),
  );
  process.stdout.write(json === true ? `${jsonOf(operation)}\n` : describeOperation(operation));
}

async function cancel(id: OperationId): Promise<void> {
  const { state } = await withDeployment(process.env, async ({ context, cancelOperation, findOperation }) => {
    await cancelOperation.execute(new CancelOperation(context, { operationId: id }));
    return findOperation.execute(new FindOperation(context, { operationId: id }));
  });
  const what = state === 'running' ? 'is told to end' : `is ${state}`;
  process.stdout.write(`Operation ${id} ${what}.\n`);
}

async function retry(id: OperationId, options: FollowOptions): Promise<void> {
  process.exitCode = await withDeployment(process.env, async (deployment) => {
    const retried = await deployment.retryOperation.execute(new RetryOperation(deployment.context, { operationId: id }));
    return followOperation(deployment, retried.id, options);
  });
}
