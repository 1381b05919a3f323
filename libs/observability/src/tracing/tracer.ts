export type SpanKind = 'internal' | 'server' | 'client' | 'consumer';
export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

export interface SpanStart {
  readonly kind?: SpanKind;
  /** The `traceparent` of the step that this one belongs to; without it a trace of its own begins. */
  readonly parent?: string | undefined;
  /** Of other traces that this step has to do with. */
  readonly links?: readonly string[];
  /** Names of kinds, counts and states. Never ids of what belongs to a tenant, never anything a caller wrote, never a credential. */
  readonly attributes?: SpanAttributes;
  /** Milliseconds since 1970, for a step that began before it was told of; now when absent. */
  readonly startedAt?: number;
}

/** One step of a trace. */
export interface TraceSpan {
  /** As the W3C writes it: for whatever goes on with the trace in another process. */
  readonly traceparent: string;
  set(attributes: SpanAttributes): void;
  /** The step failed, by this name of an error. */
  fail(errorType: string): void;
  /** Milliseconds since 1970; now when absent. */
  end(at?: number): void;
}

/** Tells a collector where time goes. Nothing here throws, and nothing waits for the collector. */
export abstract class Tracer {
  abstract start(name: string, start?: SpanStart): TraceSpan;

  /** Runs `work` as part of the span: `current` is it, also in everything asynchronous that `work` begins. */
  abstract within<Result>(span: TraceSpan, work: () => Result): Result;

  abstract get current(): TraceSpan | undefined;

  /** Hands over what was recorded so far, and ends. Resolves after at most a few seconds, also when nobody took it. */
  abstract close(): Promise<void>;
}

/** 32 hex digits: what a log line and a trace have in common. */
export const traceIdOf = (traceparent: string): string => traceparent.slice(3, 35);

/** Somebody decided, at the beginning of the trace, that it is recorded. */
export const isSampled = (traceparent: string): boolean => (Number.parseInt(traceparent.slice(-2), 16) & 1) === 1;

/** What an error is, without what it says: messages may hold what is nobody's business. */
export const failureName = (error: unknown): string => (error instanceof Error ? error.constructor.name : typeof error);
