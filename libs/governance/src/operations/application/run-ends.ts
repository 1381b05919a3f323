/** Why a run is to end before it is done. Thrown by `report` and found as the reason of the signal; none of them fails the operation. */
export class OperationCancelled extends Error {
  constructor() {
    super('The operation was cancelled.');
  }
}

/** Another worker has it, or may have it by now. */
export class OperationLost extends Error {
  constructor() {
    super('The operation is no longer held by this worker.');
  }
}

/**
 * Thrown by a handler whose work stands still until somebody else acts: it gives its place up, so that other operations have their turn, and
 * runs again from its checkpoint a few seconds later. The message completes "waits: ".
 */
export class OperationWaits extends Error {}

export class WorkerStops extends Error {
  constructor() {
    super('The worker stops; another one goes on.');
  }
}
