import { Histogram, type Registry } from 'prom-client';

const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];
const callBuckets = [0, 1, 2, 3, 5];

/** How long requests take and what they cost in engine calls, by route pattern: never by path, which holds ids. */
export class HttpMetrics {
  private readonly durations: Histogram<'method' | 'route' | 'status'>;
  private readonly calls: Histogram<'route'>;
  /** Labels are resolved once per combination: resolving them costs more than counting. */
  private readonly seriesByKey = new Map<string, Histogram.Internal<'method' | 'route' | 'status'>>();
  private readonly callsByRoute = new Map<string, Histogram.Internal<'route'>>();

  constructor(registry: Registry) {
    const registers = [registry];
    this.durations = new Histogram({
      name: 'tenantry_http_request_duration_seconds',
      help: 'Time from the request line to the end of the answer',
      labelNames: ['method', 'route', 'status'],
      buckets,
      registers,
    });
    this.calls = new Histogram({
      name: 'tenantry_http_request_graph_calls',
      help: 'Calls of the permission graph that one request made',
      labelNames: ['route'],
      buckets: callBuckets,
      registers,
    });
  }

  observe(method: string, route: string, status: number, seconds: number): void {
    const key = `${method} ${route} ${status}`;
    let series = this.seriesByKey.get(key);
    if (!series) this.seriesByKey.set(key, (series = this.durations.labels({ method, route, status: String(status) })));
    series.observe(seconds);
  }

  graphCalls(route: string, count: number): void {
    let series = this.callsByRoute.get(route);
    if (!series) this.callsByRoute.set(route, (series = this.calls.labels({ route })));
    series.observe(count);
  }
}
