import type { PermissionOf } from '#authorization';
import { ROUTE_ARGS_METADATA, RouteParamtypes } from '@nestjs/common/internal';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants.js';
import { isIdMember } from '../validation/members.ts';
import { isValidating } from '../validation/validated.ts';

/** What a permission can be asked on; the path names it. */
export type GuardedResource = 'tenant' | 'workspace' | 'group';

/** Who may call a route. Nothing is reachable by saying nothing. */
export type RouteAccess =
  | { readonly kind: 'public' }
  | { readonly kind: 'authenticated' }
  | { readonly kind: 'platform' }
  | {
      readonly kind: 'permission';
      readonly resource: GuardedResource;
      readonly permission: string;
      /** Asked by the handler, in one call with the rows of its page. */
      readonly decidedWith?: 'page';
    };

/** A permission on what the body names, beside the one on what the path names. */
export interface BodyRequirement {
  /** The member of the body that holds the id; where it is left out, nothing is asked. */
  readonly member: string;
  readonly resource: 'workspace' | 'group';
  readonly permission: string;
  /** False when the body has no such member, or one that need not be an id: such a route does not boot. */
  readonly isId: boolean;
}

/** What happens when the same request comes twice: nothing changes, its Idempotency-Key tells, or its If-Match tells. */
export type IdempotencyClass = 'safe' | 'key' | 'natural';

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: RouteAccess;
    also?: readonly BodyRequirement[];
    idempotency?: IdempotencyClass;
    /** False for what monitoring calls: it is never counted. */
    rateLimited?: boolean;
    /** True when the handler takes a body. */
    takesBody?: boolean;
    /** True when the answer is a resource whose version is its ETag. */
    versioned?: boolean;
    /** Arguments of the handler that no validation stands before. */
    unvalidated?: readonly string[];
  }
}

interface RouteArgument {
  readonly index: number;
  readonly pipes?: readonly unknown[];
}

/** Decorators of parameters run before those of their method, so the arguments are known by now. */
function argumentsOf(target: object, method: string | symbol): { takesBody: boolean; unvalidated: string[] } {
  const args = (Reflect.getMetadata(ROUTE_ARGS_METADATA, target.constructor, method) ?? {}) as Record<string, RouteArgument>;
  const of = (type: RouteParamtypes) => Object.entries(args).filter(([key]) => key.startsWith(`${type}:`));
  const checked = [['body', of(RouteParamtypes.BODY)] as const, ['query', of(RouteParamtypes.QUERY)] as const];
  const unvalidated = checked.filter(([, found]) => found.some(([, { pipes = [] }]) => !pipes.some(isValidating)));
  return { takesBody: of(RouteParamtypes.BODY).length > 0, unvalidated: unvalidated.map(([name]) => name) };
}

function declare(facts: object): MethodDecorator {
  return (target, method, descriptor) => {
    const handler = descriptor.value as object;
    const before: unknown = Reflect.getMetadata(FASTIFY_ROUTE_CONFIG_METADATA, handler) ?? {};
    Reflect.defineMetadata(FASTIFY_ROUTE_CONFIG_METADATA, Object.assign({}, before, argumentsOf(target, method), facts), handler);
  };
}

const grant = (access: RouteAccess): MethodDecorator => declare({ access });

/** The caller needs this permission on the tenant, workspace or group that the path names. */
export const Requires = <Resource extends GuardedResource>(resource: Resource, permission: PermissionOf<Resource>): MethodDecorator =>
  grant({ kind: 'permission', resource, permission });

/** The same for a list of things that are filtered by permission: the handler asks, together with the page, and no answer leaves unasked. */
export const RequiresWithPage = <Resource extends GuardedResource>(
  resource: Resource,
  permission: PermissionOf<Resource>,
): MethodDecorator => grant({ kind: 'permission', resource, permission, decidedWith: 'page' });

/** The class of the handler's `@Body`. */
function bodyOf(target: object, method: string | symbol): (new () => object) | undefined {
  const args = (Reflect.getMetadata(ROUTE_ARGS_METADATA, target.constructor, method) ?? {}) as Record<string, RouteArgument>;
  const [, body] = Object.entries(args).find(([key]) => key.startsWith(`${RouteParamtypes.BODY}:`)) ?? [];
  const types = (Reflect.getMetadata('design:paramtypes', target, method) ?? []) as (new () => object)[];
  return body === undefined ? undefined : types[body.index];
}

/** With `Requires`, and asked together with it: the caller also needs this permission on what a member of the body names. */
export const AlsoRequires =
  <Resource extends 'workspace' | 'group'>(member: string, resource: Resource, permission: PermissionOf<Resource>): MethodDecorator =>
  (target, method, descriptor) => {
    const body = bodyOf(target, method);
    const isId = body !== undefined && isIdMember(body, member);
    declare({ also: [{ member, resource, permission, isId }] })(target, method, descriptor);
  };

/** Only platform administrators. */
export const RequiresPlatform = (): MethodDecorator => grant({ kind: 'platform' });

/** Everybody who has proven who they are and is not suspended. */
export const Authenticated = (): MethodDecorator => grant({ kind: 'authenticated' });

/** The whole world. */
export const Public = (): MethodDecorator => grant({ kind: 'public' });

export const Idempotency = (idempotency: IdempotencyClass): MethodDecorator => declare({ idempotency });

/** For what monitoring calls: answered at any rate. Everything else is counted, by user or by address. */
export const NotRateLimited = (): MethodDecorator => declare({ rateLimited: false });

/** The answer carries its `version` as a strong ETag. */
export const Versioned = (): MethodDecorator => declare({ versioned: true });
