import { pino, type DestinationStream, type Logger } from 'pino';

export type { Logger } from 'pino';

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** What of an error may be written down. Errors of vendors carry more: row values, token claims, headers with keys. */
interface DescribedError {
  readonly type: string;
  readonly message: string;
  readonly code?: string | number;
  readonly stack?: string;
  readonly cause?: DescribedError;
}

const deepestCause = 5;

export function describeError(error: unknown, depth = 0): DescribedError {
  if (!(error instanceof Error)) return { type: typeof error, message: 'a value that is no Error was thrown' };
  const { code, cause, stack, message, name } = error as Error & { code?: unknown };
  return {
    type: name,
    message,
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(stack === undefined ? {} : { stack }),
    ...(cause === undefined || depth >= deepestCause ? {} : { cause: describeError(cause, depth + 1) }),
  };
}

/** A second line of defence: nothing is meant to log these, and nothing that does by mistake gets them written. */
const secrets = ['authorization', 'cookie', 'token', 'password', 'secret', 'headers', 'body', 'rawBody'];
const redact = { paths: secrets.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[redacted]' };

export interface LoggerOptions {
  /** Which process: `api`, `worker`. */
  readonly service: string;
  readonly level: LogLevel;
  /** Where lines go; standard output when absent. */
  readonly destination?: DestinationStream;
}

/**
 * One JSON object a line. Lines are buffered for up to 200 ms, because a write for each costs more than the rest of a small
 * request; fatal ones and those at exit are flushed.
 */
export function createLogger({ service, level, destination }: LoggerOptions): Logger {
  const stream = destination ?? pino.destination({ dest: 1, sync: false, minLength: 4_096, periodicFlush: 200 });
  return pino(
    {
      level,
      base: { service, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: (error: unknown) => describeError(error) },
      redact,
    },
    stream,
  );
}
