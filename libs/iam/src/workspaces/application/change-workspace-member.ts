import { Clock, tenantScope, UnitOfWork, type Actor, type ExecutionContext, type TenantId, type WorkspaceId } from '#kernel';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { mustLieAhead, outlasts, OwnExpiry, sameEnd } from '../../tenancy/index.ts';
import { WorkspaceMemberNotFound } from '../domain/member-errors.ts';
import type { MemberSubject } from '../domain/member-subject.ts';
import type { WorkspaceAuthority } from '../domain/workspace-authority.ts';
import { WorkspaceMembershipRepository } from '../domain/workspace-membership-repository.ts';
import type { WorkspaceMembership } from '../domain/workspace-membership.ts';
import { outranks, type WorkspaceRole } from '../domain/workspace-role.ts';
import { WorkspaceMemberAccess } from './workspace-member-access.ts';

/**
 * Role, end or both at once, by an admin of the workspace; also of their own role, never of their own end. The day of
 * joining stays.
 *
 * Throws what `WorkspaceMemberAccess.enter` throws, and `WorkspaceRoleTooLow`, `WorkspaceMemberNotFound`, `VersionMismatch`,
 * `WorkspaceRoleAboveOwn`, `WorkspaceExpiryBeyondOwn`, `OwnExpiry`, `ExpiryNotAhead`, `ExpiryTooFar`,
 * `GroupRoleCannotExpire`, `LastWorkspaceOwner`.
 */
export class ChangeWorkspaceMember extends Command<{ version: number }> {
  constructor(
    readonly context: ExecutionContext,
    readonly input: {
      readonly tenantId: TenantId;
      readonly workspaceId: WorkspaceId;
      readonly subject: MemberSubject;
      readonly role?: WorkspaceRole;
      /** Null takes the end away. */
      readonly expiresAt?: Date | null;
      readonly expectedVersion: number;
    },
  ) {
    super();
  }
}

interface Wanted {
  readonly role: WorkspaceRole;
  readonly expiresAt: Date | null;
}

@CommandHandler(ChangeWorkspaceMember)
export class ChangeWorkspaceMemberHandler implements ICommandHandler<ChangeWorkspaceMember> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly access: WorkspaceMemberAccess,
    private readonly members: WorkspaceMembershipRepository,
    private readonly clock: Clock,
  ) {}

  async execute({ context, input }: ChangeWorkspaceMember): Promise<{ version: number }> {
    const { tenantId, subject, expectedVersion } = input;
    return this.unitOfWork.run(context, tenantScope(tenantId), async (tx) => {
      const [authority, found, anotherLasts] = await Promise.all([
        this.access.enter(tx, input, context.actor),
        this.members.lock(tx, input, subject),
        this.members.anotherOwnerLasts(tx, input, subject),
      ]);
      authority.mustManage();
      if (found === null || found.isOver) throw new WorkspaceMemberNotFound();
      const { membership } = found;
      membership.expectVersion(expectedVersion);
      const at = this.clock.now();
      const { role = membership.role, expiresAt = membership.expiresAt } = input;
      mustBeAllowed(authority, context.actor, membership, { role, expiresAt }, at);
      membership.change({ role, expiresAt }, { anotherLasts }, at);
      await this.members.update(tx, membership);
      return { version: membership.version };
    });
  }
}

/** A lower role or an earlier end gives nothing, so it needs no more than reach. */
function mustBeAllowed(authority: WorkspaceAuthority, actor: Actor, membership: WorkspaceMembership, wanted: Wanted, at: Date): void {
  const { subject, role, expiresAt } = membership;
  authority.mustReach(role);
  const endChanges = !sameEnd(wanted.expiresAt, expiresAt);
  if (endChanges && actor.kind === 'user' && actor.id === subject.id) throw new OwnExpiry();
  if (endChanges) mustLieAhead(wanted.expiresAt, at);
  if (outranks(wanted.role, role) || outlasts(wanted.expiresAt, expiresAt)) authority.mustGrant(wanted.role, wanted.expiresAt);
}
