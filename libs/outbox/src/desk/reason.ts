import { ReasonMissing } from './errors.ts';

/** Throws `ReasonMissing`. */
export function reasonOf(text: string): string {
  const reason = text.trim();
  const length = [...reason].length;
  if (length === 0 || length > 500 || !reason.isWellFormed() || reason.includes('\0')) throw new ReasonMissing();
  return reason;
}
