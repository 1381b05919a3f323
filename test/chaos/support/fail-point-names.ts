/**
 * Every fail point of the code, by who passes it: between a command's work, its commit and the wake-up; between claim, marker, read, write and
 * bookkeeping of a batch; around each step of a rebuild and at its end; between what a repair hands over and its checkpoint. A test holds this list against the sources, so that a new point is not forgotten by those
 * that pull the plug at each.
 */
export const failPointNames = {
  api: ['before-commit', 'after-commit', 'after-wake-up'],
  takeOver: ['before-claim', 'after-lease', 'after-marker-read', 'after-marker-move'],
  batch: ['before-read', 'after-read', 'before-graph-write', 'after-graph-write', 'after-bookkeeping'],
  rebuild: ['before-rebuild-write', 'after-rebuild-write', 'after-epoch-write'],
  repair: ['after-suspicion'],
} as const;

/** What a worker passes that finds a graph and work. */
export const workerPoints: readonly string[] = [...failPointNames.takeOver, ...failPointNames.batch];
export const takeOverPoints: readonly string[] = failPointNames.takeOver;
