/** What a script is told by `$?`. Beside them: 2, the command line is wrong or `--yes` is missing. */
export const exitCodes = {
  /** Done, but somebody should look. */
  needsAttention: 1,
  /** It could not be done, or failed. */
  failed: 3,
} as const;
