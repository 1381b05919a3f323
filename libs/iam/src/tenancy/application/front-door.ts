import type { ExecutionContext, TenantId, UserId } from '#kernel';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';

/** All values are as stored: a state, status or role this process does not know must be taken for a no. */
export interface FrontDoorView {
  /** Null when there is no such user. */
  readonly user_status: string | null;
  /** Null when there is no such tenant. */
  readonly tenant_id: TenantId | null;
  readonly tenant_state: string | null;
  /** The user's role in the tenant; null for an outsider. */
  readonly role: string | null;
  /** How long the role lasts, by the database's clock; null: without an end. */
  readonly role_ends_in_ms: number | null;
  readonly is_platform_admin: boolean;
}

/** What every request to a tenant asks first: one prepared statement. */
export abstract class FrontDoorViews {
  abstract look(userId: UserId, tenantIdOrSlug: string | null): Promise<FrontDoorView>;
}

/** Who stands at the door. Without a tenant, only what the user is on the platform. */
export class FrontDoor extends Query<FrontDoorView> {
  constructor(
    readonly context: ExecutionContext,
    readonly input: { readonly userId: UserId; readonly tenant: string | null },
  ) {
    super();
  }
}

@QueryHandler(FrontDoor)
export class FrontDoorHandler implements IQueryHandler<FrontDoor> {
  constructor(private readonly views: FrontDoorViews) {}

  async execute({ input: { userId, tenant } }: FrontDoor): Promise<FrontDoorView> {
    return this.views.look(userId, tenant);
  }
}
