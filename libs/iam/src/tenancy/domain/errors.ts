import { DomainError } from '#kernel';

/** Also what an outsider is told, so that a tenant which exists cannot be told from one that does not. */
export class TenantNotFound extends DomainError {
  override readonly kind = 'not_found';
  override readonly code = 'tenant_not_found';

  constructor() {
    super('There is no such tenant.');
  }
}

export class TenantNameInvalid extends DomainError {
  override readonly kind = 'invalid';
  override readonly code = 'tenant_name_invalid';

  constructor(detail: string) {
    super('The name of the tenant is not valid.', { errors: [{ pointer: '/name', detail }] });
  }
}

export class TenantSlugInvalid extends DomainError {
  override readonly kind = 'invalid';
  override readonly code = 'tenant_slug_invalid';

  constructor(detail: string) {
    super('The slug of the tenant is not valid.', { errors: [{ pointer: '/slug', detail }] });
  }
}

export class TenantSlugReserved extends DomainError {
  override readonly kind = 'invalid';
  override readonly code = 'slug_reserved';

  constructor() {
    super('This slug is reserved.', { errors: [{ pointer: '/slug', detail: 'is reserved' }] });
  }
}

export class TenantSlugTaken extends DomainError {
  override readonly kind = 'conflict';
  override readonly code = 'slug_taken';

  constructor() {
    super('Another tenant has this slug.', { errors: [{ pointer: '/slug', detail: 'is taken' }] });
  }
}

export class ExternalIdInvalid extends DomainError {
  override readonly kind = 'invalid';
  override readonly code = 'external_id_invalid';

  constructor(detail: string) {
    super('The external id is not valid.', { errors: [{ pointer: '/external_id', detail }] });
  }
}

export class ExternalIdTaken extends DomainError {
  override readonly kind = 'conflict';
  override readonly code = 'external_id_taken';

  constructor() {
    super('Another tenant has this external id.', { errors: [{ pointer: '/external_id', detail: 'is taken' }] });
  }
}

export class MetadataInvalid extends DomainError {
  override readonly kind = 'invalid';
  override readonly code = 'metadata_invalid';

  constructor(detail: string) {
    super('The metadata is not valid.', { errors: [{ pointer: '/metadata', detail }] });
  }
}

export class MetadataTooLarge extends DomainError {
  override readonly kind = 'invalid';
  override readonly code = 'metadata_too_large';

  constructor(limitInBytes: number) {
    super('The metadata is too large.', { errors: [{ pointer: '/metadata', detail: `takes more than ${limitInBytes} bytes` }] });
  }
}

export class TenantSuspended extends DomainError {
  override readonly kind = 'forbidden';
  override readonly code = 'tenant_suspended';

  constructor() {
    super('This tenant is suspended.');
  }
}

export class TenantCreationDisabled extends DomainError {
  override readonly kind = 'forbidden';
  override readonly code = 'tenant_creation_disabled';

  constructor() {
    super('Tenants cannot be created on this platform.');
  }
}

/** A tenant belongs to the user who makes it; nobody else can. */
export class TenantCreatorRequired extends DomainError {
  override readonly kind = 'forbidden';
  override readonly code = 'tenant_creator_required';

  constructor() {
    super('Only a user can create a tenant.');
  }
}

export class TenantAdminRequired extends DomainError {
  override readonly kind = 'forbidden';
  override readonly code = 'tenant_admin_required';

  constructor() {
    super('This needs an admin of the tenant.');
  }
}

export class RoleAboveOwn extends DomainError {
  override readonly kind = 'forbidden';
  override readonly code = 'role_above_own';

  constructor() {
    super('Nobody can grant or change a role above their own.', { errors: [{ pointer: '/role', detail: 'is above your own' }] });
  }
}

export class MemberNotFound extends DomainError {
  override readonly kind = 'not_found';
  override readonly code = 'member_not_found';

  constructor() {
    super('There is no such member.');
  }
}

export class AlreadyMember extends DomainError {
  override readonly kind = 'conflict';
  override readonly code = 'already_member';

  constructor() {
    super('This user is a member already.', { errors: [{ pointer: '/user_id', detail: 'is a member already' }] });
  }
}

export class LastTenantAdmin extends DomainError {
  override readonly kind = 'conflict';
  override readonly code = 'last_tenant_admin';

  constructor() {
    super('A tenant keeps at least one active admin.');
  }
}

export class ActiveAdminExists extends DomainError {
  override readonly kind = 'conflict';
  override readonly code = 'active_admin_exists';

  constructor() {
    super('The tenant has an active admin, who can appoint others.');
  }
}
