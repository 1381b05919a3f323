import type { Brand } from '#kernel';
import { WorkspaceNameInvalid } from './errors.ts';

export type WorkspaceName = Brand<string, 'WorkspaceName'>;

/** In Unicode code points, as PostgreSQL counts them. */
export const WORKSPACE_NAME_MAX_LENGTH = 255;

/** Control characters and halves of surrogate pairs: invisible at best, refused by the database at worst. */
const unprintable = /[\p{Cc}\p{Cs}]/u;

/** Trims, and composes (NFC), so that names which look the same are the same among siblings. Throws `WorkspaceNameInvalid`. */
export function workspaceName(text: string): WorkspaceName {
  const name = text.normalize('NFC').trim();
  if (name === '') throw new WorkspaceNameInvalid('must not be empty');
  if ([...name].length > WORKSPACE_NAME_MAX_LENGTH) {
    throw new WorkspaceNameInvalid(`must have at most ${WORKSPACE_NAME_MAX_LENGTH} characters`);
  }
  if (unprintable.test(name)) throw new WorkspaceNameInvalid('must not contain control characters');
  return name as WorkspaceName;
}
