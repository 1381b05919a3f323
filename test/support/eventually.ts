import { setTimeout as pause } from 'node:timers/promises';

export interface EventuallyOptions {
  /** How long the probe may take to hold, in milliseconds. */
  readonly within?: number;
  /** Time between two probes, in milliseconds. */
  readonly every?: number;
  /** What is awaited, for the message. */
  readonly what?: string;
}

/**
 * Probes until it holds, and returns what it returned. A probe holds when it neither throws nor returns `false` or
 * `undefined`: so both conditions and `expect(…)` blocks serve.
 */
export async function eventually<T>(probe: () => T | Promise<T>, options: EventuallyOptions = {}): Promise<Exclude<T, false | undefined>> {
  const { within = 5_000, every = 20, what = 'the condition' } = options;
  const deadline = Date.now() + within;
  let failure: unknown;
  for (;;) {
    try {
      const value = await probe();
      if (value !== false && value !== undefined) return value as Exclude<T, false | undefined>;
      failure = undefined;
    } catch (error) {
      failure = error;
    }
    if (Date.now() >= deadline) throw new Error(`${what} did not hold within ${within} ms`, { cause: failure });
    await pause(every);
  }
}

/** For probes made of assertions only: they return nothing, and hold when nothing is thrown. */
export async function eventuallyPasses(assertions: () => void | Promise<void>, options: EventuallyOptions = {}): Promise<void> {
  await eventually(async () => {
    await assertions();
    return true;
  }, options);
}
