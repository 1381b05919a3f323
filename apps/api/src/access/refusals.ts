import { checkOf, graph, type CheckRequest, type Decision, type SubjectRef } from '#authorization';
import type { GuardedResource } from '#http';
import { GroupNotFound, WorkspaceArchived, WorkspaceNotFound } from '#iam';
import { PermissionDenied } from './errors.ts';

/** What is asked together with the confirmation of a denial: may the caller know of the thing, and is it archived? */
export const explanations: Readonly<Record<GuardedResource, (id: string, subject: SubjectRef) => readonly CheckRequest[]>> = {
  tenant: () => [],
  workspace: (id, subject) => [
    checkOf('workspace', id, 'see', subject),
    { resource: { type: graph.workspace.type, id }, permission: graph.workspace.relations.archived, subject },
  ],
  group: (id, subject) => [checkOf('group', id, 'view', subject)],
};

/** Throws `GroupNotFound`, `WorkspaceNotFound`, `WorkspaceArchived` or `PermissionDenied`. */
export function refuse(
  resource: GuardedResource,
  { explanation: [sees = false, archived = false] }: Extract<Decision, { outcome: 'denied' }>,
): never {
  if (resource === 'group' && !sees) throw new GroupNotFound();
  if (resource === 'workspace' && !sees) throw new WorkspaceNotFound();
  throw archived ? new WorkspaceArchived() : new PermissionDenied();
}
