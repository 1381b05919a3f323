/** Calls workers to look at once instead of within a second. Nothing rests on it. */
export abstract class OperationsBell {
  /** Returns at once and never throws. */
  abstract ring(): void;
}
