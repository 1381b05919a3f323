import { DomainError } from './domain-error.ts';

/** The resource changed since the caller read the version it sent. */
export class VersionMismatch extends DomainError {
  override readonly kind = 'precondition_failed';
  override readonly code = 'version_mismatch';

  constructor() {
    super('The resource changed since you read it.');
  }
}
