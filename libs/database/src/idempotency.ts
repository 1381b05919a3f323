import { DomainError } from '#kernel';

/** The key was used before, for another request. Draft: draft-ietf-httpapi-idempotency-key-header. */
export class IdempotencyKeyReused extends DomainError {
  override readonly kind = 'invalid';
  override readonly code = 'idempotency_key_reused';

  constructor() {
    super('This Idempotency-Key was already used for a different request.');
  }
}

/** The first request with this key has not finished yet. */
export class IdempotentRequestInProgress extends DomainError {
  override readonly kind = 'conflict';
  override readonly code = 'idempotent_request_in_progress';

  constructor() {
    super('A request with this Idempotency-Key is still in progress.', { retryAfterSeconds: 1 });
  }
}
