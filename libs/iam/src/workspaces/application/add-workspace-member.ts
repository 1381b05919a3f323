import { Clock, tenantScope, UnitOfWork, type ExecutionContext, type TenantId, type Transaction, type WorkspaceId } from '#kernel';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { mustLieAhead } from '../../tenancy/index.ts';
import { AlreadyWorkspaceMember } from '../domain/member-errors.ts';
import type { MemberSubject } from '../domain/member-subject.ts';
import { WorkspaceMembershipRepository } from '../domain/workspace-membership-repository.ts';
import { WorkspaceMembership } from '../domain/workspace-membership.ts';
import type { WorkspaceRole } from '../domain/workspace-role.ts';
import { mustBeActiveMember } from './active-member.ts';
import { WorkspaceMemberAccess } from './workspace-member-access.ts';

/**
 * By an admin of the workspace. Whoever was a member before comes back with this role and nothing else.
 *
 * Throws what `WorkspaceMemberAccess.enter` throws, and `WorkspaceRoleTooLow`, `WorkspaceRoleAboveOwn`,
 * `WorkspaceExpiryBeyondOwn`, `ExpiryNotAhead`, `ExpiryTooFar`, `GroupRoleCannotExpire`, `UserNotMember`, `UserNotActive`,
 * `NamedGroupNotFound`, `AlreadyWorkspaceMember`.
 */
export class AddWorkspaceMember extends Command<{ version: number }> {
  constructor(
    readonly context: ExecutionContext,
    readonly input: {
      readonly tenantId: TenantId;
      readonly workspaceId: WorkspaceId;
      readonly subject: MemberSubject;
      readonly role: WorkspaceRole;
      /** Absent or null: for as long as nobody ends it. */
      readonly expiresAt?: Date | null;
    },
  ) {
    super();
  }
}

@CommandHandler(AddWorkspaceMember)
export class AddWorkspaceMemberHandler implements ICommandHandler<AddWorkspaceMember> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly access: WorkspaceMemberAccess,
    private readonly members: WorkspaceMembershipRepository,
    private readonly clock: Clock,
  ) {}

  async execute({ context, input }: AddWorkspaceMember): Promise<{ version: number }> {
    const { tenantId, subject, role, expiresAt = null } = input;
    return this.unitOfWork.run(context, tenantScope(tenantId), async (tx) => {
      const [authority, isActive] = await Promise.all([
        this.access.enter(tx, input, context.actor),
        subject.type === 'user' ? this.members.isActiveInTenant(tx, tenantId, subject.id) : null,
      ]);
      const at = this.clock.now();
      authority.mustGrant(role, expiresAt);
      mustLieAhead(expiresAt, at);
      if (subject.type === 'user') mustBeActiveMember(isActive);
      const membership = WorkspaceMembership.join({ ...input, expiresAt }, await this.lastVersion(tx, input, at), at);
      await this.members.add(tx, membership);
      return { version: membership.version };
    });
  }

  /** Where the subject's last membership ended; one that is over, but still there, ends now, with its event. */
  private async lastVersion(tx: Transaction, input: AddWorkspaceMember['input'], at: Date): Promise<number> {
    const [found, lastVersion] = await Promise.all([
      this.members.lock(tx, input, input.subject),
      this.members.lastVersion(tx, input, input.subject),
    ]);
    if (found === null) return lastVersion;
    if (!found.isOver) throw new AlreadyWorkspaceMember();
    found.membership.end(at);
    await this.members.remove(tx, [found.membership]);
    return found.membership.version;
  }
}
