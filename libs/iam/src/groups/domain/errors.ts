import { DomainError } from '#kernel';

/** Also what is told to whoever may not see the group, so that one which exists cannot be told from one that does not. */
export class GroupNotFound extends DomainError {
  override readonly kind = 'not_found';
  override readonly code = 'group_not_found';

  constructor() {
    super('There is no such group.');
  }
}

export class GroupNameInvalid extends DomainError {
  override readonly kind = 'invalid';
  override readonly code = 'group_name_invalid';

  constructor(detail: string) {
    super('The name of the group is not valid.', { errors: [{ pointer: '/name', detail }] });
  }
}

export class GroupDescriptionInvalid extends DomainError {
  override readonly kind = 'invalid';
  override readonly code = 'group_description_invalid';

  constructor(detail: string) {
    super('The description of the group is not valid.', { errors: [{ pointer: '/description', detail }] });
  }
}

/** Names that differ only in case are the same name. */
export class GroupNameTaken extends DomainError {
  override readonly kind = 'conflict';
  override readonly code = 'group_name_taken';

  constructor() {
    super('Another group of the tenant has this name.', { errors: [{ pointer: '/name', detail: 'is taken' }] });
  }
}

/** A group begins with its creator as its admin; nobody else can begin one. */
export class GroupCreatorRequired extends DomainError {
  override readonly kind = 'forbidden';
  override readonly code = 'group_creator_required';

  constructor() {
    super('Only a member of the tenant can create a group.');
  }
}

export class GroupAdminRequired extends DomainError {
  override readonly kind = 'forbidden';
  override readonly code = 'group_admin_required';

  constructor() {
    super('This needs an admin of the group or of the tenant.');
  }
}

export class GroupMemberNotFound extends DomainError {
  override readonly kind = 'not_found';
  override readonly code = 'member_not_found';

  constructor() {
    super('There is no such member of the group.');
  }
}

export class AlreadyGroupMember extends DomainError {
  override readonly kind = 'conflict';
  override readonly code = 'already_member';

  constructor() {
    super('This user is a member of the group already.', { errors: [{ pointer: '/user_id', detail: 'is a member already' }] });
  }
}

/** Also what is told of somebody who is no user at all. */
export class UserNotInTenant extends DomainError {
  override readonly kind = 'invalid';
  override readonly code = 'user_not_member';

  constructor() {
    super('This user is not a member of the tenant.', { errors: [{ pointer: '/user_id', detail: 'is not a member of the tenant' }] });
  }
}

export class LastGroupAdmin extends DomainError {
  override readonly kind = 'conflict';
  override readonly code = 'last_group_admin';

  constructor() {
    super('A group keeps at least one active admin without an end.');
  }
}
