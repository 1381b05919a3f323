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

export class WorkerStops extends Error {
  constructor() {
    super('The worker stops; another one goes on.');
  }
}
