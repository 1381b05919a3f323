/** What a script is told by `$?`. */
export const exitCodes = {
  /** Done, but somebody should look. */
  needsAttention: 1,
  /** The command line makes no sense, or does not say `--yes`. */
  misused: 2,
  /** It could not be done, or failed. */
  failed: 3,
} as const;
