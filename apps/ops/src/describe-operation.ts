import type { OperationView } from '#governance';
import { jsonOf, printable } from './printable.ts';

/** Quoted unless it is plain: no text of a caller can look like a line of its own. */
const text = (value: unknown) => (typeof value === 'string' && /^[\w .:@/-]*$/.test(value) ? value : jsonOf(value));

const members = (of: Readonly<Record<string, unknown>>) =>
  Object.entries(of).map(([name, value]) => `  ${printable(name)}: ${text(value)}\n`);

/** An operation in a line. */
export function summaryOf(operation: OperationView): string {
  const { id, kind, state, progress, created_at: at, waiting_for_worker: waiting } = operation;
  const how = waiting ? `${state}, no worker is running` : state;
  return `${id}  ${at}  ${kind}  ${how}  ${progress.done}/${progress.total ?? '?'}\n`;
}

/** All that an operator may want to know, for reading. */
export function describeOperation(operation: OperationView): string {
  const { id, kind, failure, result, input, progress, retry_of: retryOf, attempts } = operation;
  const lines = [`Operation ${id}: ${kind} ${operation.state}`];
  if (operation.waiting_for_worker) lines.push('No worker is running: it waits for one.');
  if (operation.cancel_requested && operation.finished_at === null) lines.push('It was cancelled and ends soon.');
  if (failure !== null) lines.push(`Failed with ${failure.code}: ${failure.message}`);
  lines.push(`Done ${progress.done} of ${progress.total ?? '?'}${progress.step === null ? '' : `: ${progress.step}`}`);
  lines.push(`Asked for at ${operation.created_at} by ${operation.requested_by.kind} ${operation.requested_by.id}`);
  if (retryOf !== null) lines.push(`It goes on with operation ${retryOf}.`);
  if (operation.started_at !== null) lines.push(`Begun at ${operation.started_at}${attempts > 1 ? `, attempt ${attempts}` : ''}`);
  if (operation.finished_at !== null) lines.push(`Ended at ${operation.finished_at}`);
  const parts = [
    lines.map(printable).join('\n'),
    '\n',
    'Asked for:\n',
    ...members(input),
    ...(result === null ? [] : ['Result:\n', ...members(result)]),
  ];
  return parts.join('');
}
