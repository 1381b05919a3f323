import type { CheckRequest, SubjectRef } from '#authorization';
import type { GuardedResource } from '#http';
import { isUlid, type TenantId } from '#kernel';
import type { FastifyRequest } from 'fastify';
import { explanations, refuse } from './refusals.ts';

/** One thing the caller must be allowed, and what it takes to say why not. */
export interface Requirement {
  readonly resource: GuardedResource;
  readonly check: CheckRequest;
  readonly explainBy: readonly CheckRequest[];
}

/** Who asks, and in which tenant. */
export interface Asker {
  readonly subject: SubjectRef;
  readonly tenantId: TenantId;
}

export function requirement(resource: GuardedResource, id: string, permission: string, { subject, tenantId }: Asker): Requirement {
  const check = { resource: { type: resource, id }, permission, subject };
  return { resource, check, explainBy: explanations[resource](id, subject, tenantId) };
}

/**
 * What the body adds. The guard comes before validation: whatever is not an id here is refused there, because a route boots
 * only when nothing but an id passes as such a member.
 */
export function requirementsOfBody(request: FastifyRequest, asker: Asker): readonly Requirement[] {
  const { also = [] } = request.routeOptions.config;
  const { body } = request;
  return also.flatMap(({ member, resource, permission }) => {
    const id: unknown = typeof body === 'object' && body !== null && Object.hasOwn(body, member) ? Reflect.get(body, member) : undefined;
    return typeof id === 'string' && isUlid(id) ? [requirement(resource, id, permission, asker)] : [];
  });
}

/** With more than one requirement each is asked again, to know which one it was: the path's comes first. */
export function explanationOf(ofPath: Requirement, ofBody: readonly Requirement[]): readonly CheckRequest[] {
  if (ofBody.length === 0) return ofPath.explainBy;
  return [ofPath, ...ofBody].flatMap(({ check, explainBy }) => [check, ...explainBy]);
}

/** Throws what `refuse` throws, about the first that is denied. */
export function refuseFirst([first, ...others]: readonly [Requirement, ...Requirement[]], explanation: readonly boolean[]): never {
  if (others.length === 0) refuse(first.resource, { outcome: 'denied', explanation });
  let at = 0;
  for (const { resource, explainBy } of [first, ...others]) {
    const [isAllowed, ...reasons] = explanation.slice(at, at + 1 + explainBy.length);
    if (isAllowed !== true) refuse(resource, { outcome: 'denied', explanation: reasons });
    at += 1 + explainBy.length;
  }
  throw new Error('a denial was asked about again, and everything was allowed');
}
