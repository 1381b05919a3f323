import { AccessDecision, checkOf, graph } from '#authorization';
import { VisibleWorkspaces, type FrontDoorView } from '#iam';
import type { TenantId, WorkspaceId } from '#kernel';
import { Injectable, type CallHandler, type ExecutionContext as NestContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { map, type Observable } from 'rxjs';
import type { Caller } from '../authentication/caller.ts';
import { CallerConsistency } from '../consistency/caller-consistency.ts';
import { GraphCallCount } from '../observation/graph-call-count.ts';
import { requirement, type Asker, type Requirement } from './body-requirements.ts';
import { refuse } from './refusals.ts';

/** What a list is about, and the permission its rows need. */
export interface PageQuestion {
  /** The workspace on which the right to read the list is asked; absent: what the route declares. */
  readonly within?: WorkspaceId;
  readonly rows: 'see' | 'view';
}

/** Of a route with `RequiresWithPage`: may the caller read the list, and which rows of it? One call of the graph when nothing is denied. */
@Injectable()
export class PageGate implements NestInterceptor {
  private readonly decided = new WeakSet<FastifyRequest>();

  constructor(
    private readonly decision: AccessDecision,
    private readonly consistency: CallerConsistency,
    private readonly calls: GraphCallCount,
  ) {}

  /** For one page of this request. */
  workspaces(request: FastifyRequest, question: PageQuestion): VisibleWorkspaces {
    return new WorkspacesOfRequest((ids) => this.among(request, question, ids));
  }

  /** An answer of such a route that was not asked about is a fault of ours, and does not leave. */
  intercept(context: NestContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const { access } = request.routeOptions.config;
    if (access?.kind !== 'permission' || access.decidedWith !== 'page') return next.handle();
    return next.handle().pipe(
      map((answer: unknown) => {
        if (!this.decided.has(request)) throw new Error('a page was about to leave that nobody asked the permission for');
        return answer;
      }),
    );
  }

  private async among(request: FastifyRequest, question: PageQuestion, ids: readonly WorkspaceId[]): Promise<readonly boolean[]> {
    const { tenant_id: tenantId } = request.door as FrontDoorView & { tenant_id: TenantId };
    const subject = { type: graph.user.type, id: (request.caller as Caller).userId };
    const list = listOf(request, question, { subject, tenantId });
    const rows = ids.map((id) => checkOf('workspace', id, question.rows, subject));
    const asked = this.consistency.of(request);
    const freshness = asked instanceof Promise ? await asked : asked;
    const selection = await this.calls.counting(request, () =>
      this.decision.select(list.check, rows, {
        tenantId,
        ...(freshness !== undefined && { freshnessFromCaller: freshness }),
        explainBy: list.explainBy,
      }),
    );
    if (selection.outcome === 'denied') refuse(list.resource, selection);
    this.decided.add(request);
    return selection.shown;
  }
}

/** What must be allowed for the list to be read at all. */
function listOf(request: FastifyRequest, { within }: PageQuestion, asker: Asker): Requirement {
  if (within !== undefined) return requirement('workspace', within, graph.workspace.permissions.view, asker);
  const { access } = request.routeOptions.config;
  if (access?.kind !== 'permission') throw new Error('this route declares no permission');
  const named = request.params as Readonly<Record<string, string>>;
  const id = access.resource === 'tenant' ? asker.tenantId : (named[access.resource] ?? '');
  return requirement(access.resource, id, access.permission, asker);
}

class WorkspacesOfRequest extends VisibleWorkspaces {
  constructor(override readonly among: (ids: readonly WorkspaceId[]) => Promise<readonly boolean[]>) {
    super();
  }
}
