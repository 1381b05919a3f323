import { DomainError } from '#kernel';

/** Too many requests of one user, or of one address without a valid token. */
export class RateLimited extends DomainError {
  override readonly kind = 'rate_limited';
  override readonly code = 'rate_limited';
  override readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number) {
    super(`Too many requests. Send the next one in ${retryAfterSeconds} s.`);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
