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

/** The engine refuses a question for what it says, such as an id with letters it does not take: a fault of the asking code. */
export class InvalidGraphRequest extends DomainError {
  override readonly kind = 'internal';
  override readonly code = 'graph_request_refused';

  constructor(cause: unknown) {
    super('The permission graph refused a question.', { cause });
  }
}

export class InvalidGraphSchema extends DomainError {
  override readonly kind = 'internal';
  override readonly code = 'graph_schema_refused';

  constructor(cause: unknown) {
    super('The permission graph refused the schema.', { cause });
  }
}

/**
 * A revision that this engine cannot answer at: malformed, older than its history, or of another engine. Ask again without
 * it, fully consistent; nothing is known about the permission itself.
 */
export class InvalidGraphToken extends DomainError {
  override readonly kind = 'malformed';
  override readonly code = 'invalid_consistency_token';

  constructor(cause: unknown) {
    super('The consistency token is not one that can be read at.', { cause });
  }
}

/** The engine answers, but from a graph that was lost or restored and is not rebuilt yet: its "no" means nothing. */
export class GraphNotCurrent extends DomainError {
  override readonly kind = 'unavailable';
  override readonly code = 'authorization_unavailable';

  constructor(readonly epoch: string | null) {
    super('Permissions cannot be checked right now.', { retryAfterSeconds: 1 });
  }
}

/** The applied schema lacks names that this process uses: apply the schema of this release before starting it. */
export class GraphSchemaTooOld extends Error {
  constructor(
    readonly missing: readonly string[],
    appliedDigest: string | null,
  ) {
    const reason =
      appliedDigest === null
        ? 'No permission schema has been applied yet.'
        : `The applied permission schema (${appliedDigest.slice(0, 12)}) lacks ${missing.join(', ')}.`;
    super(`${reason} Apply the schema of this release, then start again.`);
    this.name = 'GraphSchemaTooOld';
  }
}
