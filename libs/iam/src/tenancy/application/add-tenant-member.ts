import { Clock, tenantScope, UnitOfWork, type ExecutionContext, type TenantId, type UserId } from '#kernel';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { MembershipEnd } from '../domain/membership-end.ts';
import type { TenantRole } from '../domain/tenant-role.ts';
import { MemberAdmission } from './member-admission.ts';
import { TenantAccess } from './tenant-access.ts';

/**
 * By an admin of the tenant, for good or until a moment that is not after the end of the admin's own membership. Whoever
 * was a member before comes back with this role and nothing else: what a membership past its end left behind goes first.
 *
 * Throws `TenantNotFound`, `TenantSuspended`, `TenantAdminRequired`, `RoleAboveOwn`, `ExpiryNotAhead`, `ExpiryTooFar`,
 * `ExpiryBeyondOwn`, `AlreadyMember`, `NamedUserNotFound`, `UserNotActive`.
 */
export class AddTenantMember extends Command<{ version: number }> {
  constructor(
    readonly context: ExecutionContext,
    readonly input: {
      readonly tenantId: TenantId;
      readonly userId: UserId;
      readonly role: TenantRole;
      /** Null, or not given: without an end. */
      readonly expiresAt?: MembershipEnd;
    },
  ) {
    super();
  }
}

@CommandHandler(AddTenantMember)
export class AddTenantMemberHandler implements ICommandHandler<AddTenantMember> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly access: TenantAccess,
    private readonly admission: MemberAdmission,
    private readonly clock: Clock,
  ) {}

  async execute({ context, input }: AddTenantMember): Promise<{ version: number }> {
    const { tenantId, userId, role, expiresAt = null } = input;
    return this.unitOfWork.run(context, tenantScope(tenantId), async (tx) => {
      const [{ authority }, formerly] = await Promise.all([
        this.access.hold(tx, tenantId, context.actor),
        this.admission.formerly(tx, tenantId, userId),
      ]);
      authority.mustBeAbleToGrant(role).mustLastUntil(expiresAt);
      const membership = await this.admission.admit(tx, { tenantId, userId, role, expiresAt }, formerly, this.clock.now());
      return { version: membership.version };
    });
  }
}
