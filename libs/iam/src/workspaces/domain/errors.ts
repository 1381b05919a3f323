import { DomainError } from '#kernel';

export class WorkspaceNotFound extends DomainError {
  override readonly kind = 'not_found';
  override readonly code = 'workspace_not_found';

  constructor() {
    super('There is no such workspace.');
  }
}
