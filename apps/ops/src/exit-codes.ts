/** What a script is told by `$?`. */
export const exitCodes = {
  /** Done, but somebody should look. */
  needsAttention: 1,
  /** The command line is wrong, `--yes` is missing, or what it asks for was refused: nothing was done. */
  refused: 2,
  /** It could not be done, or failed. */
  failed: 3,
} as const;
