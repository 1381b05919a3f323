import { DomainError } from '#kernel';
import { LogStillNeeded } from '#outbox';

/** What a script is told by `$?`. */
export const exitCodes = {
  /** Done, but somebody should look. */
  needsAttention: 1,
  /** The command line is wrong, `--yes` is missing, or what it asks for was refused: nothing was done. */
  refused: 2,
  /** It could not be done, or failed. */
  failed: 3,
} as const;

/** Of a command that ended with this error: it was asked for the wrong thing, or at the wrong time; or it was kept from doing it. */
export function exitCodeOf(error: unknown): number {
  if (!(error instanceof DomainError) || error.kind === 'unavailable' || error.kind === 'internal') return exitCodes.failed;
  const wasDoneInPart = error instanceof LogStillNeeded && error.dropped > 0;
  return wasDoneInPart ? exitCodes.needsAttention : exitCodes.refused;
}
