import type { Brand, WorkspaceId } from '#kernel';
import { WorkspaceSlugInvalid } from './errors.ts';
import type { WorkspaceName } from './workspace-name.ts';

export type WorkspaceSlug = Brand<string, 'WorkspaceSlug'>;

export const WORKSPACE_SLUG_MIN_LENGTH = 3;
export const WORKSPACE_SLUG_MAX_LENGTH = 64;
export const WORKSPACE_SLUG_PATTERN = /^[a-z0-9][a-z0-9-]{1,62}[a-z0-9]$/;

const suffixLength = 10;
const fallbackBase = 'workspace';

/** A slug that somebody chose. No words are reserved: it is unique within its tenant only. Throws `WorkspaceSlugInvalid`. */
export function workspaceSlug(text: string): WorkspaceSlug {
  if (!WORKSPACE_SLUG_PATTERN.test(text)) {
    throw new WorkspaceSlugInvalid(
      `must be ${WORKSPACE_SLUG_MIN_LENGTH} to ${WORKSPACE_SLUG_MAX_LENGTH} lower-case letters, digits and hyphens, with no hyphen at either end`,
    );
  }
  return text as WorkspaceSlug;
}

/** `Café Zürich` becomes `cafe-zurich-` and the end of the id, which makes it unique: ULIDs end in their random part. */
export function slugDerivedFrom(name: WorkspaceName, id: WorkspaceId): WorkspaceSlug {
  const base = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, WORKSPACE_SLUG_MAX_LENGTH - suffixLength - 1)
    .replace(/^-+|-+$/g, '');
  return `${base === '' ? fallbackBase : base}-${id.slice(-suffixLength).toLowerCase()}` as WorkspaceSlug;
}
