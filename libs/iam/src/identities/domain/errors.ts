import { DomainError } from '#kernel';

export class UserNotFound extends DomainError {
  override readonly kind = 'not_found';
  override readonly code = 'user_not_found';

  constructor() {
    super('There is no such user.');
  }
}

/** Like `UserNotFound`, for a user named in the body of a request: then it is the body that is wrong, not the address. */
export class NamedUserNotFound extends DomainError {
  override readonly kind = 'invalid';
  override readonly code = 'user_not_found';

  constructor() {
    super('There is no such user.', { errors: [{ pointer: '/user_id', detail: 'is no user' }] });
  }
}

export class UserNotActive extends DomainError {
  override readonly kind = 'conflict';
  override readonly code = 'user_not_active';

  constructor() {
    super('This user is not active.');
  }
}

/** Deactivation is for good: such a user can be neither suspended nor reactivated. */
export class UserDeactivated extends DomainError {
  override readonly kind = 'conflict';
  override readonly code = 'user_deactivated';

  constructor() {
    super('This user is deactivated.');
  }
}

/** An issuer or subject that no user can be kept under. */
export class IdentityInvalid extends DomainError {
  override readonly kind = 'unauthenticated';
  override readonly code = 'identity_invalid';

  constructor() {
    super('The identity in the token cannot be used.');
  }
}

export class PlatformAdminRequired extends DomainError {
  override readonly kind = 'forbidden';
  override readonly code = 'platform_admin_required';

  constructor() {
    super('This needs a platform admin.');
  }
}

export class PlatformAdminNotFound extends DomainError {
  override readonly kind = 'not_found';
  override readonly code = 'platform_admin_not_found';

  constructor() {
    super('This user is no platform admin.');
  }
}

export class AlreadyPlatformAdmin extends DomainError {
  override readonly kind = 'conflict';
  override readonly code = 'already_platform_admin';

  constructor() {
    super('This user is a platform admin already.', { errors: [{ pointer: '/user_id', detail: 'is a platform admin already' }] });
  }
}

export class LastPlatformAdmin extends DomainError {
  override readonly kind = 'conflict';
  override readonly code = 'last_platform_admin';

  constructor() {
    super('The platform keeps at least one active admin.');
  }
}
