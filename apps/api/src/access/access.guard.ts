import { AccessDecision, checkOf, graph, type CheckRequest, type Consistency, type Decision, type SubjectRef } from '#authorization';
import { GroupNotFound, TenantNotFound, TENANT_SLUG_PATTERN, WorkspaceNotFound, type FrontDoorView } from '#iam';
import { isUlid, type TenantId } from '#kernel';
import { refuseUnexpectedBody, type GuardedResource, type RouteAccess } from '#http';
import { Injectable, type CanActivate, type ExecutionContext as NestContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '../authentication/caller.ts';
import { CallerConsistency } from '../consistency/caller-consistency.ts';
import { GraphCallCount } from '../observation/graph-call-count.ts';
import { PermissionDenied, WorkspaceArchived } from './errors.ts';
import { FrontDoorKeeper } from './front-door.ts';

type TenantAccess = Extract<RouteAccess, { kind: 'permission' }>;

declare module 'fastify' {
  interface FastifyRequest {
    /** What the front door saw; set on every route that is not public. */
    door: FrontDoorView | null;
  }
}

/** What is neither an id nor a slug names no tenant. */
function tenantNamedIn(request: FastifyRequest): string {
  const { tenant = '' } = request.params as { tenant?: string };
  if (!isUlid(tenant) && !TENANT_SLUG_PATTERN.test(tenant)) throw new TenantNotFound();
  return tenant;
}

/** What is asked together with the confirmation of a denial: may the caller know of the thing, and is it archived? */
const explanations: Readonly<Record<GuardedResource, (id: string, subject: SubjectRef) => readonly CheckRequest[]>> = {
  tenant: () => [],
  workspace: (id, subject) => [
    checkOf('workspace', id, 'see', subject),
    { resource: { type: graph.workspace.type, id }, permission: graph.workspace.relations.archived, subject },
  ],
  group: (id, subject) => [checkOf('group', id, 'view', subject)],
};

function refuse(
  resource: GuardedResource,
  { explanation: [sees = false, archived = false] }: Extract<Decision, { outcome: 'denied' }>,
): never {
  if (resource === 'group' && !sees) throw new GroupNotFound();
  if (resource === 'workspace' && !sees) throw new WorkspaceNotFound();
  throw archived ? new WorkspaceArchived() : new PermissionDenied();
}

/** May the caller do this? First the front door, then, inside, one check of the graph. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly door: FrontDoorKeeper,
    private readonly decision: AccessDecision,
    private readonly consistency: CallerConsistency,
    private readonly calls: GraphCallCount,
  ) {}

  async canActivate(context: NestContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const { access } = request.routeOptions.config;
    if (access?.kind === 'public') return true;
    const { caller, execution } = request;
    // A route without a declaration does not boot, and the guard before this one knows the caller: both are faults of ours.
    if (access === undefined || caller === null || execution === null) throw new Error('a request reached the guard unauthenticated');
    const found = this.door.letIn(execution, caller.userId, access.kind === 'permission' ? tenantNamedIn(request) : null, access);
    const view = found instanceof Promise ? await found : found;
    request.door = view;
    const asked = this.consistency.of(request);
    const freshness = asked instanceof Promise ? await asked : asked;
    if (access.kind === 'permission') await this.decide(request, access, caller, freshness);
    refuseUnexpectedBody(request);
    return true;
  }

  private async decide(
    request: FastifyRequest,
    access: TenantAccess,
    { userId }: Caller,
    freshness: Consistency | undefined,
  ): Promise<void> {
    const { tenant_id: tenantId } = request.door as FrontDoorView & { tenant_id: TenantId };
    const { resource } = access;
    const named = request.params as Readonly<Record<string, string>>;
    const subject = { type: graph.user.type, id: userId };
    const id = resource === 'tenant' ? tenantId : (named[resource] ?? '');
    const decision = await this.calls.counting(request, () =>
      this.decision.decide([{ resource: { type: resource, id }, permission: access.permission, subject }], {
        tenantId,
        ...(freshness === undefined ? {} : { freshnessFromCaller: freshness }),
        explainBy: explanations[resource](id, subject),
      }),
    );
    if (decision.outcome !== 'allowed') refuse(resource, decision);
  }
}
