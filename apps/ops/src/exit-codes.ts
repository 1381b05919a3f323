/** What a script is told by `$?`. */
export const exitCodes = {
  /** Done, but somebody should look. */
  needsAttention: 1,
  /** The command line makes no sense, does not say `--yes`, or asks for what cannot be meant: nothing was done. */
  misused: 2,
  /** It could not be done, or failed. */
  failed: 3,
} as const;
