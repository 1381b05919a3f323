import { DomainError } from '#kernel';
import type { CarriesHeaders } from './problem.ts';

const realm = 'Bearer realm="tenantry"';

/** No credentials came with a request that needs them. RFC 6750 section 3: the challenge then carries no error code. */
export class AuthenticationRequired extends DomainError implements CarriesHeaders {
  override readonly kind = 'unauthenticated';
  override readonly code = 'authentication_required';
  readonly responseHeaders = { 'www-authenticate': realm };

  constructor() {
    super('Send an access token: Authorization: Bearer <token>.');
  }
}

/** The token is malformed, expired, not yet valid, signed by nobody we trust, or meant for somebody else. The cause says which. */
export class InvalidToken extends DomainError implements CarriesHeaders {
  override readonly kind = 'unauthenticated';
  override readonly code = 'invalid_token';
  readonly responseHeaders: Readonly<Record<string, string>>;

  constructor(reason: string, cause?: unknown) {
    super(`The access token was refused: ${reason}.`, { cause });
    this.responseHeaders = { 'www-authenticate': `${realm}, error="invalid_token", error_description="${reason}"` };
  }
}
