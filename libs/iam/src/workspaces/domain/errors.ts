import { DomainError } from '#kernel';

/** Also what is told to whoever may not see the workspace, so that one which exists cannot be told from one that does not. */
export class WorkspaceNotFound extends DomainError {
  override readonly kind = 'not_found';
  override readonly code = 'workspace_not_found';

  constructor() {
    super('There is no such workspace.');
  }
}

/** Told only to those who may see the workspace. */
export class WorkspaceArchived extends DomainError {
  override readonly kind = 'gone';
  override readonly code = 'workspace_archived';

  constructor() {
    super('This workspace is archived.');
  }
}

/** Told only to those who may see the workspace. */
export class WorkspaceRoleTooLow extends DomainError {
  override readonly kind = 'forbidden';
  override readonly code = 'workspace_role_too_low';

  constructor() {
    super('Your role in the workspace does not allow this.');
  }
}

export class WorkspaceNameInvalid extends DomainError {
  override readonly kind = 'invalid';
  override readonly code = 'workspace_name_invalid';

  constructor(detail: string) {
    super('The name of the workspace is not valid.', { errors: [{ pointer: '/name', detail }] });
  }
}

export class WorkspaceSlugInvalid extends DomainError {
  override readonly kind = 'invalid';
  override readonly code = 'workspace_slug_invalid';

  constructor(detail: string) {
    super('The slug of the workspace is not valid.', { errors: [{ pointer: '/slug', detail }] });
  }
}

/** The pointer is to what the caller chose: the name itself, or the parent it was moved to. */
export class WorkspaceNameTaken extends DomainError {
  override readonly kind = 'conflict';
  override readonly code = 'workspace_name_taken';

  constructor(pointer: '/name' | '/parent_id' = '/name') {
    const detail = pointer === '/name' ? 'is taken' : 'has a child of this name';
    super('The parent has another child of this name. Upper and lower case are the same.', { errors: [{ pointer, detail }] });
  }
}

export class WorkspaceSlugTaken extends DomainError {
  override readonly kind = 'conflict';
  override readonly code = 'workspace_slug_taken';

  constructor() {
    super('Another workspace of the tenant has this slug.', { errors: [{ pointer: '/slug', detail: 'is taken' }] });
  }
}

export class WorkspaceTooDeep extends DomainError {
  override readonly kind = 'invalid';
  override readonly code = 'workspace_too_deep';

  constructor(maxDepth: number) {
    super(`A tree of workspaces has at most ${maxDepth} levels, its root included.`);
  }
}

export class WorkspaceMovedIntoItself extends DomainError {
  override readonly kind = 'conflict';
  override readonly code = 'workspace_moved_into_itself';

  constructor() {
    super('A workspace cannot be moved into itself or below itself.', {
      errors: [{ pointer: '/parent_id', detail: 'is the workspace itself or below it' }],
    });
  }
}

/** It lives and ends with its tenant, and has nothing above it. */
export class RootWorkspaceStays extends DomainError {
  override readonly kind = 'conflict';
  override readonly code = 'root_workspace_stays';

  constructor() {
    super('The root workspace cannot be moved, archived, deleted or cut off.');
  }
}

export class WorkspaceHasChildren extends DomainError {
  override readonly kind = 'conflict';
  override readonly code = 'workspace_has_children';

  constructor() {
    super('The workspace has children.');
  }
}

export class WorkspaceHasActiveChildren extends DomainError {
  override readonly kind = 'conflict';
  override readonly code = 'workspace_has_active_children';

  constructor() {
    super('The workspace has children that are not archived.');
  }
}

export class ParentWorkspaceArchived extends DomainError {
  override readonly kind = 'conflict';
  override readonly code = 'parent_workspace_archived';

  constructor() {
    super('The parent of the workspace is archived.');
  }
}
