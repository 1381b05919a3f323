import { AccessDecision, graph, type Consistency } from '#authorization';
import { TenantNotFound, TENANT_SLUG_PATTERN, type FrontDoorView } from '#iam';
import { isUlid, type TenantId } from '#kernel';
import { refuseUnexpectedBody, type RouteAccess } from '#http';
import { Injectable, type CanActivate, type ExecutionContext as NestContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '../authentication/caller.ts';
import { CallerConsistency } from '../consistency/caller-consistency.ts';
import { GraphCallCount } from '../observation/graph-call-count.ts';
import { FrontDoorKeeper } from './front-door.ts';
import { explanationOf, refuseFirst, requirement, requirementsOfBody } from './body-requirements.ts';

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
    if (access.kind !== 'permission' || access.decidedWith !== 'page') {
      const asked = this.consistency.of(request);
      const freshness = asked instanceof Promise ? await asked : asked;
      if (access.kind === 'permission') await this.decide(request, access, caller, freshness);
    }
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
    const asker = { subject: { type: graph.user.type, id: userId }, tenantId };
    const id = resource === 'tenant' ? tenantId : (named[resource] ?? '');
    const ofPath = requirement(resource, id, access.permission, asker);
    const ofBody = requirementsOfBody(request, asker);
    const decision = await this.calls.counting(request, () =>
      this.decision.decide(
        [ofPath, ...ofBody].map(({ check }) => check),
        {
          tenantId,
          ...(freshness === undefined ? {} : { freshnessFromCaller: freshness }),
          explainBy: explanationOf(ofPath, ofBody),
        },
      ),
    );
    if (decision.outcome !== 'allowed') refuseFirst([ofPath, ...ofBody], decision.explanation);
  }
}
