import { EngineCallObserver, type EngineCall } from '#authorization';
import type { FastifyRequest } from 'fastify';
import { AsyncLocalStorage } from 'node:async_hooks';
import { Counter, type Registry } from 'prom-client';

declare module 'fastify' {
  interface FastifyRequest {
    /** Calls of the permission graph made for this request so far. */
    graphCalls: number;
  }
}

/** Keeps the cost of permissions visible: engine calls in all, by kind, and for each request. */
export class GraphCallCount extends EngineCallObserver {
  private readonly current = new AsyncLocalStorage<FastifyRequest>();
  private readonly total: Counter<'call'>;
  private readonly items: Counter<'call'>;

  constructor(registry: Registry) {
    super();
    const shared = { labelNames: ['call'] as const, registers: [registry] };
    this.total = new Counter({ name: 'tenantry_graph_calls_total', help: 'Calls to the permission graph', ...shared });
    this.items = new Counter({ name: 'tenantry_graph_items_total', help: 'Questions and updates in these calls', ...shared });
  }

  override called(call: EngineCall, items: number): void {
    this.total.inc({ call });
    this.items.inc({ call }, items);
    const request = this.current.getStore();
    if (request !== undefined) request.graphCalls += 1;
  }

  /** Counts what `work` asks of the graph for the request. */
  counting<Result>(request: FastifyRequest, work: () => Promise<Result>): Promise<Result> {
    return this.current.run(request, work);
  }
}
