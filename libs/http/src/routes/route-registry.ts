import type { FastifyInstance, RouteOptions } from 'fastify';
import type { BodyRequirement, IdempotencyClass, RouteAccess } from './route-declaration.ts';

export interface DeclaredRoute {
  readonly method: string;
  /** As the router knows it: `/v1/tenants/:tenant`. */
  readonly url: string;
  readonly access: RouteAccess;
  /** Permissions on what the body names, in the order in which they are judged. */
  readonly also: readonly BodyRequirement[];
  readonly idempotency: IdempotencyClass;
  readonly takesBody: boolean;
  readonly versioned: boolean;
  readonly rateLimited: boolean;
}

/** A route that no controller of ours declares: pages and probes of libraries, named one by one. */
export interface ForeignRoute {
  readonly method: 'GET';
  /** Exact, or everything below it when it ends in `*`. */
  readonly url: string;
}

export class UndeclaredRoutes extends Error {
  constructor(readonly complaints: readonly string[]) {
    super(`Refusing to start: ${complaints.length} route(s) are not fully declared.\n  ${complaints.join('\n  ')}`);
    this.name = 'UndeclaredRoutes';
  }
}

const idempotencyOfMethod: Readonly<Record<string, IdempotencyClass>> = {
  GET: 'safe',
  HEAD: 'safe',
  POST: 'key',
  PUT: 'natural',
  PATCH: 'natural',
  DELETE: 'natural',
};

const matches = (foreign: ForeignRoute, url: string) =>
  foreign.url.endsWith('*') ? url.startsWith(foreign.url.slice(0, -1)) : url === foreign.url;

/** `:tenant` needs to be in the path of a route that asks for a permission on it. */
function pathComplaint(access: RouteAccess, url: string): string | undefined {
  if (access.kind !== 'permission') return undefined;
  const wanted = access.resource === 'tenant' ? [':tenant'] : [':tenant', `:${access.resource}`];
  const missing = wanted.filter((segment) => !url.split('/').includes(segment));
  return missing.length === 0 ? undefined : `asks for a permission on what its path does not name (${missing.join(', ')})`;
}

/** What a body names is below the tenant of the path, and is asked about together with what the path names. */
function bodyComplaints(access: RouteAccess, also: readonly BodyRequirement[]): readonly string[] {
  if (also.length > 0 && (access.kind !== 'permission' || access.decidedWith === 'page')) {
    return ['asks for a permission on what its body names, but for none on what its path names'];
  }
  const unnamed = also.filter(({ isId }) => !isId);
  return unnamed.map(({ member }) => `asks for a permission on what its body does not name by an id (${member})`);
}

/**
 * Sees every route the server will ever answer, at the level of the router itself, so that nothing can be served that was
 * not declared: no matter which library, module or plugin added it. The server does not get ready while one is missing.
 */
export class RouteRegistry {
  private readonly known: DeclaredRoute[] = [];
  private readonly complaints: string[] = [];

  constructor(private readonly foreign: readonly ForeignRoute[] = []) {}

  get routes(): readonly DeclaredRoute[] {
    return this.known;
  }

  watch(instance: FastifyInstance): void {
    instance.addHook('onRoute', (route) => this.examine(route));
    instance.addHook('onReady', (done) => done(this.complaints.length > 0 ? new UndeclaredRoutes(this.complaints) : undefined));
  }

  /** Methods the path supports, for a 405 with `Allow`; empty when nothing is there. */
  methodsAt(path: string): readonly string[] {
    const segments = path.split('/');
    const found = this.known.filter(({ url }) => {
      const pattern = url.split('/');
      return (
        pattern.length === segments.length &&
        pattern.every((part, at) => (part.startsWith(':') ? segments[at] !== '' : part === segments[at]))
      );
    });
    // `/members/leave` is not the member called leave.
    const literals = ({ url }: DeclaredRoute) => url.split('/').filter((part) => !part.startsWith(':')).length;
    const most = Math.max(...found.map(literals));
    return [...new Set(found.filter((route) => literals(route) === most).map(({ method }) => method))].sort();
  }

  private examine(route: RouteOptions): void {
    for (const method of [route.method].flat()) {
      if (this.foreign.some((foreign) => matches(foreign, route.url)) && (method === 'GET' || method === 'HEAD')) {
        route.config = { ...route.config, access: { kind: 'public' }, idempotency: 'safe' };
      }
      const { access, also = [], idempotency, unvalidated = [] } = route.config ?? {};
      const complain = (what: string) => this.complaints.push(`${method} ${route.url} ${what}`);
      if (unvalidated.length > 0) complain(`takes its ${unvalidated.join(' and ')} without validation`);
      if (!access) complain('declares no permission');
      if (!idempotency) complain('declares no idempotency class');
      if (!access || !idempotency) continue;
      const complaint = pathComplaint(access, route.url);
      if (complaint) complain(complaint);
      bodyComplaints(access, also).forEach(complain);
      const expected = idempotencyOfMethod[method];
      if (idempotency !== expected) complain(`is declared '${idempotency}', but a ${method} is '${expected ?? 'not supported'}'`);
      const { takesBody = false, versioned = false, rateLimited = true } = route.config ?? {};
      this.known.push({ method, url: route.url, access, also, idempotency, takesBody, versioned, rateLimited });
    }
  }
}
