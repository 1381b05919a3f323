import { setTimeout } from 'node:timers/promises';

/** Throws the signal's reason as soon as it aborts: whoever runs an operation tells by it why. */
export async function rest(milliseconds: number, signal: AbortSignal): Promise<void> {
  await setTimeout(milliseconds, undefined, { signal }).catch(() => undefined);
  signal.throwIfAborted();
}
