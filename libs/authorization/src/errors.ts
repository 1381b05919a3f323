import { DomainError } from '#kernel';

/** The engine cannot be asked now: outage, deadline, overload, wrong key. Fail closed; retry later. */
export class AuthorizationUnavailable extends DomainError {
  override readonly kind = 'unavailable';
  override readonly code = 'authorization_unavailable';

  constructor(cause: unknown) {
    super('Permissions cannot be checked right now.', { cause, retryAfterSeconds: 1 });
  }
}

/** The engine answers, but does not hold the schema this process needs (a new, lost or older engine). */
export class GraphSchemaMissing extends DomainError {
  override readonly kind = 'unavailable';
  override readonly code = 'authorization_unavailable';

  constructor(cause: unknown) {
    super('Permissions cannot be checked right now.', { cause, retryAfterSeconds: 1 });
  }
}

export class PreconditionNotMet extends DomainError {
  override readonly kind = 'conflict';
  override readonly code = 'graph_precondition_not_met';

  constructor(cause?: unknown) {
    super('The permission graph changed meanwhile.', { cause });
  }
}

/** INVALID_ARGUMENT or the like about an update itself: sending it again cannot help. */
export class InvalidRelationship extends DomainError {
  override readonly kind = 'internal';
  override readonly code = 'graph_update_refused';

  constructor(cause: unknown) {
    super('The permission graph refused an update.', { cause });
  }
}

export class InvalidGraphSchema extends DomainError {
  override readonly kind = 'internal';
  override readonly code = 'graph_schema_refused';

  constructor(cause: unknown) {
    super('The permission graph refused the schema.', { cause });
  }
}
