import type { RouteAccess } from '#http';
import { FrontDoor, type FrontDoorView } from '#iam';
import type { ExecutionContext, UserId } from '#kernel';
import { Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { admit, isAdmitted } from './door-rules.ts';
import { FrontDoorCopies } from './front-door-copies.ts';

/** Lets callers in by what PostgreSQL says, from a copy of at most 5 s. Only a yes may come from the copy: a no is read again. */
@Injectable()
export class FrontDoorKeeper {
  constructor(
    private readonly copies: FrontDoorCopies,
    private readonly queries: QueryBus,
  ) {}

  /** `tenant` is an id or a slug, null for routes of the platform. Throws what `admit` throws, and `DatabaseUnavailable`. */
  letIn(context: ExecutionContext, userId: UserId, tenant: string | null, access: RouteAccess): FrontDoorView | Promise<FrontDoorView> {
    const copy = this.copies.get(userId, tenant);
    return copy !== undefined && isAdmitted(copy, access) ? copy : this.ask(context, userId, tenant, access);
  }

  /** For routes that everybody may call and that say more to platform administrators. */
  async isPlatformAdmin(context: ExecutionContext, userId: UserId, seen: FrontDoorView): Promise<boolean> {
    if (seen.is_platform_admin) return true;
    return (await this.ask(context, userId, null, { kind: 'authenticated' })).is_platform_admin;
  }

  private async ask(context: ExecutionContext, userId: UserId, tenant: string | null, access: RouteAccess): Promise<FrontDoorView> {
    const readAt = this.copies.now();
    const view = await this.queries.execute(new FrontDoor(context, { userId, tenant }));
    admit(view, access);
    this.copies.put(userId, tenant, view, readAt);
    return view;
  }
}
