import {
  Clock,
  tenantScope,
  UnitOfWork,
  type Actor,
  type ExecutionContext,
  type TenantId,
  type Transaction,
  type UserId,
  type WorkspaceId,
} from '#kernel';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { OwnExpiry } from '../../tenancy/index.ts';
import { AlreadyWorkspaceOwner } from '../domain/member-errors.ts';
import { userSubject } from '../domain/member-subject.ts';
import { WorkspaceMembershipRepository, type FoundMembership } from '../domain/workspace-membership-repository.ts';
import { WorkspaceMembership } from '../domain/workspace-membership.ts';
import type { WorkspaceRole } from '../domain/workspace-role.ts';
import { mustBeActiveMember } from './active-member.ts';
import { WorkspaceMemberAccess } from './workspace-member-access.ts';

interface Holder {
  readonly user_id: UserId;
  readonly role: WorkspaceRole;
  readonly version: number;
}

export interface TransferredOwnership {
  readonly owner: Holder;
  /** Null when the actor owned the workspace by no role of their own here, and so keeps what they had. */
  readonly previous_owner: Holder | null;
}

type Input = { readonly tenantId: TenantId; readonly workspaceId: WorkspaceId; readonly userId: UserId };

/**
 * Makes a member of the tenant an owner without an end, added or promoted, and the actor, if they were one, an admin. By an
 * owner of the workspace; an admin of the tenant who owns nothing here just hands it over.
 *
 * Throws what `WorkspaceMemberAccess.enter` throws, and `WorkspaceRoleTooLow`, `WorkspaceExpiryBeyondOwn`,
 * `AlreadyWorkspaceOwner`, `OwnExpiry`, `UserNotMember`, `UserNotActive`, `LastWorkspaceOwner`.
 */
export class TransferWorkspaceOwnership extends Command<TransferredOwnership> {
  constructor(
    readonly context: ExecutionContext,
    readonly input: Input,
  ) {
    super();
  }
}

@CommandHandler(TransferWorkspaceOwnership)
export class TransferWorkspaceOwnershipHandler implements ICommandHandler<TransferWorkspaceOwnership> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly access: WorkspaceMemberAccess,
    private readonly members: WorkspaceMembershipRepository,
    private readonly clock: Clock,
  ) {}

  async execute({ context, input }: TransferWorkspaceOwnership): Promise<TransferredOwnership> {
    const { actor } = context;
    const { tenantId, userId } = input;
    return this.unitOfWork.run(context, tenantScope(tenantId), async (tx) => {
      const [authority, isActive] = await Promise.all([
        this.access.enter(tx, input, actor),
        this.members.isActiveInTenant(tx, tenantId, userId),
      ]);
      authority.mustOwn().mustGrant('owner', null);
      mustBeActiveMember(isActive, '/user_id');
      const [own, found] = await this.lockBoth(tx, input, actor);
      const previous = own !== null && !own.isOver && own.membership.role === 'owner' ? own.membership : null;
      const at = this.clock.now();
      if (actor.kind === 'user' && actor.id === userId) mustNotOwnAlready(own);
      const owner = await this.promote(tx, input, found, at);
      if (previous !== null) await this.stepDown(tx, input, previous, at);
      return { owner: holderOf(owner), previous_owner: previous && holderOf(previous) };
    });
  }

  /** The actor's own role here and that of the new owner, in the order of their ids. */
  private async lockBoth(tx: Transaction, input: Input, actor: Actor): Promise<[FoundMembership | null, FoundMembership | null]> {
    const lock = (id: UserId) => this.members.lock(tx, input, userSubject(id));
    if (actor.kind !== 'user') return [null, await lock(input.userId)];
    const [first, second] = [actor.id, input.userId].sort() as [UserId, UserId];
    const [one, other] = await Promise.all([lock(first), lock(second)]);
    return first === actor.id ? [one, other] : [other, one];
  }

  private async promote(tx: Transaction, input: Input, found: FoundMembership | null, at: Date): Promise<WorkspaceMembership> {
    const subject = userSubject(input.userId);
    if (found !== null && !found.isOver) {
      found.membership.change({ role: 'owner', expiresAt: null }, { anotherLasts: true }, at);
      await this.members.update(tx, found.membership);
      return found.membership;
    }
    found?.membership.end(at);
    if (found !== null) await this.members.remove(tx, [found.membership]);
    const lastVersion = found?.membership.version ?? (await this.members.lastVersion(tx, input, subject));
    const joined = WorkspaceMembership.join({ ...input, subject, role: 'owner', expiresAt: null }, lastVersion, at);
    await this.members.add(tx, joined);
    return joined;
  }

  /** The new owner does not count when their membership of the tenant ends. */
  private async stepDown(tx: Transaction, input: Input, previous: WorkspaceMembership, at: Date): Promise<void> {
    const anotherLasts = await this.members.anotherOwnerLasts(tx, input, previous.subject);
    previous.change({ role: 'admin', expiresAt: previous.expiresAt }, { anotherLasts }, at);
    await this.members.update(tx, previous);
  }
}

/** Of an actor who hands the workspace to themselves: an admin of the tenant may take it. Throws `AlreadyWorkspaceOwner`, `OwnExpiry`. */
function mustNotOwnAlready(own: FoundMembership | null): void {
  if (own === null || own.isOver) return;
  if (own.membership.expiresAt !== null) throw new OwnExpiry();
  if (own.membership.role === 'owner') throw new AlreadyWorkspaceOwner();
}

function holderOf({ snapshot: { subject, role, version } }: WorkspaceMembership): Holder {
  return { user_id: subject.id as UserId, role, version };
}
