import { checkOf, graph, type CheckRequest, type Decision, type SubjectRef } from '#authorization';
import type { GuardedResource } from '#http';
import { GroupNotFound, WorkspaceArchived, WorkspaceNotFound } from '#iam';
import type { TenantId } from '#kernel';
import { PermissionDenied } from './errors.ts';

type Asking = (id: string, subject: SubjectRef, tenantId: TenantId) => readonly CheckRequest[];

const isOf = (type: 'workspace' | 'group', id: string, tenantId: TenantId): CheckRequest => ({
  resource: { type, id },
  permission: graph[type].relations.tenant,
  subject: { type: graph.tenant.type, id: tenantId },
});

/**
 * What is asked together with the confirmation of a denial: may the caller know of the thing, is it of the tenant that the path names
 * (whoever is in two tenants may know of things in both), and is it archived?
 */
export const explanations: Readonly<Record<GuardedResource, Asking>> = {
  tenant: () => [],
  workspace: (id, subject, tenantId) => [
    checkOf('workspace', id, 'see', subject),
    isOf('workspace', id, tenantId),
    { resource: { type: graph.workspace.type, id }, permission: graph.workspace.relations.archived, subject },
  ],
  group: (id, subject, tenantId) => [checkOf('group', id, 'view', subject), isOf('group', id, tenantId)],
};

/** Throws `GroupNotFound`, `WorkspaceNotFound`, `WorkspaceArchived` or `PermissionDenied`. */
export function refuse(
  resource: GuardedResource,
  { explanation: [sees = false, isInside = false, archived = false] }: Extract<Decision, { outcome: 'denied' }>,
): never {
  if (resource === 'group' && !(sees && isInside)) throw new GroupNotFound();
  if (resource === 'workspace' && !(sees && isInside)) throw new WorkspaceNotFound();
  throw archived ? new WorkspaceArchived() : new PermissionDenied();
}
