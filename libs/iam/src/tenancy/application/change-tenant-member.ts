import { Clock, tenantScope, UnitOfWork, type Actor, type ExecutionContext, type TenantId, type UserId } from '#kernel';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { MemberNotFound } from '../domain/errors.ts';
import { outlasts, OwnExpiry, sameEnd, type MembershipEnd } from '../domain/membership-end.ts';
import type { TenantAuthority } from '../domain/tenant-authority.ts';
import { TenantMembershipRepository } from '../domain/tenant-membership-repository.ts';
import type { TenantMembership } from '../domain/tenant-membership.ts';
import { outranks, type TenantRole } from '../domain/tenant-role.ts';
import { TenantAccess } from './tenant-access.ts';

/**
 * The role, the end, or both, by an admin of the tenant; their own role, too, but not their own end. The day of joining
 * stays. Nothing is raised or extended to last longer than the admin's own membership.
 *
 * Throws `TenantNotFound`, `TenantSuspended`, `TenantAdminRequired`, `RoleAboveOwn`, `MemberNotFound`, `VersionMismatch`,
 * `OwnExpiry`, `ExpiryBeyondOwn`, `ExpiryNotAhead`, `ExpiryTooFar`, `LastTenantAdmin`.
 */
export class ChangeTenantMember extends Command<{ version: number }> {
  constructor(
    readonly context: ExecutionContext,
    readonly input: {
      readonly tenantId: TenantId;
      readonly userId: UserId;
      readonly role?: TenantRole;
      /** Null takes the end away; not given, it stays. */
      readonly expiresAt?: MembershipEnd;
      readonly expectedVersion: number;
    },
  ) {
    super();
  }
}

@CommandHandler(ChangeTenantMember)
export class ChangeTenantMemberHandler implements ICommandHandler<ChangeTenantMember> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly access: TenantAccess,
    private readonly members: TenantMembershipRepository,
    private readonly clock: Clock,
  ) {}

  async execute({ context, input }: ChangeTenantMember): Promise<{ version: number }> {
    const { tenantId, userId, expectedVersion } = input;
    return this.unitOfWork.run(context, tenantScope(tenantId), async (tx) => {
      const [{ authority }, membership, anotherIsActive] = await Promise.all([
        this.access.lock(tx, tenantId, context.actor),
        this.members.lock(tx, tenantId, userId),
        this.members.anotherActiveAdmin(tx, tenantId, userId),
      ]);
      if (input.role === undefined) authority.mustAdminister();
      else authority.mustBeAbleToGrant(input.role);
      if (membership === null) throw new MemberNotFound();
      membership.expectVersion(expectedVersion);
      const { role = membership.role, expiresAt = membership.expiresAt } = input;
      mustBeAllowed(context.actor, authority, membership, role, expiresAt);
      const at = this.clock.now();
      membership.changeRole(role, { anotherIsActive }, at);
      membership.changeExpiry(expiresAt, { anotherIsActive }, at);
      await this.members.update(tx, membership);
      return { version: membership.version };
    });
  }
}

function mustBeAllowed(
  actor: Actor,
  authority: TenantAuthority,
  { userId, role: previousRole, expiresAt: previousEnd }: TenantMembership,
  role: TenantRole,
  expiresAt: MembershipEnd,
): void {
  if (actor.kind === 'user' && actor.id === userId && !sameEnd(expiresAt, previousEnd)) throw new OwnExpiry();
  if (outranks(role, previousRole) || outlasts(expiresAt, previousEnd)) authority.mustLastUntil(expiresAt);
}
