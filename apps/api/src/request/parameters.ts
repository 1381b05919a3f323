import { PreconditionRequired, versionConditionOf, type VersionCondition } from '#http';
import type { FrontDoorView } from '#iam';
import type { ExecutionContext, TenantId } from '#kernel';
import { createParamDecorator, type ExecutionContext as NestContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

const requestOf = (context: NestContext) => context.switchToHttp().getRequest<FastifyRequest>();

/** Set by the guards on every route that is not public; a handler that asks for it elsewhere is a fault of ours. */
function present<Value>(value: Value | null, what: string): Value {
  if (value === null) throw new Error(`a public route asks for ${what}`);
  return value;
}

/** Who acts, on behalf of which request: what every command and query takes first. */
export const Context = createParamDecorator((_: unknown, context: NestContext): ExecutionContext =>
  present(requestOf(context).execution, 'the context'),
);

/** What the front door saw. */
export const Door = createParamDecorator((_: unknown, context: NestContext): FrontDoorView =>
  present(requestOf(context).door, 'the front door'),
);

/** The id of the tenant in the path, which may name it by its slug. */
export const Tenant = createParamDecorator((_: unknown, context: NestContext): TenantId => {
  const { tenant_id: tenantId } = present(requestOf(context).door, 'the tenant');
  return present(tenantId, 'the tenant');
});

/** The version that a change is meant for. Throws `PreconditionRequired`. */
export const IfMatch = createParamDecorator((_: unknown, context: NestContext): VersionCondition => {
  const condition = versionConditionOf(requestOf(context).headers['if-match']);
  if (condition === undefined) throw new PreconditionRequired();
  return condition;
});

/** The same for actions, which do not need it. */
export const OptionalIfMatch = createParamDecorator((_: unknown, context: NestContext): VersionCondition | undefined =>
  versionConditionOf(requestOf(context).headers['if-match']),
);
