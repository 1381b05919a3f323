import { classified, type EngineOperation } from './spicedb-errors.ts';

export type Callback<Response> = (error: unknown, response?: Response) => void;

/** One call with a callback as one promise; whatever fails is classified, also a channel that was closed. */
export function callEngine<Response, Answer>(
  operation: EngineOperation,
  call: (answer: Callback<Response>) => unknown,
  read: (response: Response) => Answer,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const answered: Callback<Response> = (error, response) => {
      if (error || response === undefined) return reject(classified(error, operation));
      try {
        resolve(read(response));
      } catch (unreadable) {
        reject(unreadable instanceof Error ? unreadable : classified(unreadable, operation));
      }
    };
    // The client takes a stack trace for each call, in case it fails: 5 µs, to say no more than that it was called from here.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    try {
      call(answered);
    } catch (error) {
      reject(classified(error, operation));
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  });
}
