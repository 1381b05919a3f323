import { entry } from './entry.ts';

/** Rules of long work. */
export const operationErrors = [
  entry(
    'operation_not_found',
    404,
    'No such operation',
    'There is no operation with this id.',
    'List the operations; their ids are also in the answers of the requests that began them.',
  ),
  entry(
    'operation_in_progress',
    409,
    'Operation in progress',
    'Another operation that this one would get in the way of is pending or running; `detail` names it. A retry is refused while an earlier retry of the same operation is open.',
    'Wait until it ends, or cancel it.',
  ),
  entry(
    'operation_ended',
    409,
    'Operation has ended',
    'The operation succeeded, failed or was cancelled before: nothing is left to cancel.',
    'Read the operation to see how it ended.',
  ),
  entry(
    'operation_not_retryable',
    409,
    'Operation cannot be retried',
    'Only an operation that failed or was cancelled can be retried.',
    'Read the operation: wait for it, or cancel it first. What succeeded is asked for anew.',
  ),
];
