import { pino, symbols, type DestinationStream, type Logger } from 'pino';
import { traceIdOf, type Tracer } from './tracing/tracer.ts';

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
  /** Lines written within a step of a trace then carry its id. */
  readonly tracer?: Tracer;
}

/** ISO 8601, made once a millisecond: a busy process writes many lines in each. */
function stamper(): () => string {
  let at = 0;
  let stamp = '';
  return () => {
    const now = Date.now();
    if (now !== at) {
      at = now;
      stamp = `,"time":"${new Date(now).toISOString()}"`;
    }
    return stamp;
  };
}

const standardOutput = () => pino.destination({ dest: 1, sync: false, minLength: 4_096, periodicFlush: 200 });

const common = ({ service, level }: LoggerOptions) => ({
  level,
  base: { service, pid: process.pid },
  timestamp: stamper(),
  formatters: { level: (label: string) => ({ level: label }) },
  serializers: { err: (error: unknown) => describeError(error) },
});

/**
 * One JSON object a line. Lines are buffered for up to 200 ms, because a write for each costs more than the rest of a small
 * request; fatal ones and those at exit are flushed.
 */
export function createLogger(options: LoggerOptions): Logger {
  const { tracer } = options;
  const mixin = tracer && {
    mixin: () => {
      const { current } = tracer;
      return current === undefined ? {} : { trace_id: traceIdOf(current.traceparent) };
    },
  };
  return pino({ ...common(options), ...mixin, redact }, options.destination ?? standardOutput());
}

/**
 * Writes beside `logger`, for lines whose members are fixed in one place, such as the one a request leaves: looking for
 * secrets in them costs more than writing them. Never for anything that was passed in.
 */
export function lineLogger(logger: Logger): Logger {
  const { [symbols.streamSym]: destination } = logger as unknown as Record<symbol, DestinationStream>;
  const { service = '' } = logger.bindings() as { service?: string };
  return pino(common({ service, level: logger.level as LogLevel }), destination);
}
