import { DomainError } from '#kernel';

/** The user exists and proved who they are, but was shut out of everything. */
export class UserSuspended extends DomainError {
  override readonly kind = 'forbidden';
  override readonly code = 'user_suspended';

  constructor() {
    super('Your user is suspended.');
  }
}

/** Told only to those who may know that the thing exists. */
export class PermissionDenied extends DomainError {
  override readonly kind = 'forbidden';
  override readonly code = 'permission_denied';

  constructor() {
    super('Your role does not allow this.');
  }
}
