import { DomainError } from '#kernel';

export class WorkspaceMemberNotFound extends DomainError {
  override readonly kind = 'not_found';
  override readonly code = 'member_not_found';

  constructor() {
    super('There is no such member.');
  }
}

export class AlreadyWorkspaceMember extends DomainError {
  override readonly kind = 'conflict';
  override readonly code = 'already_member';

  constructor() {
    super('This user or group is a member already.', { errors: [{ pointer: '/subject', detail: 'is a member already' }] });
  }
}

/** The same whether or not such a user exists elsewhere: a tenant learns nothing about the people of others. */
export class UserNotMember extends DomainError {
  override readonly kind = 'invalid';
  override readonly code = 'user_not_member';

  constructor(pointer = '/subject/id') {
    super('This user is not a member of the tenant.', { errors: [{ pointer, detail: 'is no member of the tenant' }] });
  }
}

/** The same whether or not another tenant has such a group. */
export class NamedGroupNotFound extends DomainError {
  override readonly kind = 'invalid';
  override readonly code = 'group_not_found';

  constructor() {
    super('There is no such group.', { errors: [{ pointer: '/subject/id', detail: 'is no group of the tenant' }] });
  }
}

export class WorkspaceRoleAboveOwn extends DomainError {
  override readonly kind = 'forbidden';
  override readonly code = 'role_above_own';

  constructor() {
    super('Nobody can grant or change a role above their own.', { errors: [{ pointer: '/role', detail: 'is above your own' }] });
  }
}

/** What gives the actor their role ends, and nothing they give may outlast it. */
export class WorkspaceExpiryBeyondOwn extends DomainError {
  override readonly kind = 'forbidden';
  override readonly code = 'expiry_beyond_own';

  constructor() {
    super('Nobody can grant or extend a role beyond the end of their own.', {
      errors: [{ pointer: '/expires_at', detail: 'is after the end of your own role' }],
    });
  }
}

export class GroupRoleCannotExpire extends DomainError {
  override readonly kind = 'invalid';
  override readonly code = 'group_role_cannot_expire';

  constructor() {
    super('The role of a group does not end by itself.', { errors: [{ pointer: '/expires_at', detail: 'is only for users' }] });
  }
}

export class LastWorkspaceOwner extends DomainError {
  override readonly kind = 'conflict';
  override readonly code = 'last_workspace_owner';

  constructor() {
    super('A workspace that has an owner keeps at least one: an active user whose role does not end.');
  }
}

export class AlreadyWorkspaceOwner extends DomainError {
  override readonly kind = 'conflict';
  override readonly code = 'already_workspace_owner';

  constructor() {
    super('You own this workspace already.', { errors: [{ pointer: '/user_id', detail: 'owns the workspace already' }] });
  }
}
