import {
  DomainError,
  tenantScope,
  UnitOfWork,
  type ExecutionContext,
  type GroupId,
  type TenantId,
  type Transaction,
  type UserId,
} from '#kernel';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { mustLieAhead } from '../../tenancy/index.ts';
import { GroupMembershipRepository } from '../domain/group-membership-repository.ts';
import type { GroupMembership } from '../domain/group-membership.ts';
import type { GroupRole } from '../domain/group-role.ts';
import { GroupAccess, type EnteredGroup } from './group-access.ts';
import { GroupRoster } from './group-roster.ts';

/** Everything of one request happens under one lock, in one transaction: more would keep others waiting. */
export const GROUP_BULK_MAX_ITEMS = 100;

export type GroupBulkItem =
  | { readonly op: 'add'; readonly userId: UserId; readonly role: GroupRole; readonly expiresAt?: Date | null }
  | { readonly op: 'remove'; readonly userId: UserId };

export type GroupBulkResult =
  | { readonly index: number; readonly status: 'done'; readonly version: number }
  /** Nothing came of this item; `code` and `detail` are what the same change alone would have been refused with. */
  | { readonly index: number; readonly status: 'refused'; readonly code: string; readonly detail: string };

/**
 * Adds and removes members, one after the other: the good items are done although others are refused, and a later item
 * sees what an earlier one did. Whoever may not manage the group is refused as a whole. At most `GROUP_BULK_MAX_ITEMS`, else
 * `RangeError`: an edge refuses more in its own words.
 *
 * Throws `TenantNotFound`, `TenantSuspended`, `GroupNotFound`, `GroupAdminRequired`.
 */
export class ChangeGroupMembersInBulk extends Command<{ results: readonly GroupBulkResult[] }> {
  constructor(
    readonly context: ExecutionContext,
    readonly input: { readonly tenantId: TenantId; readonly groupId: GroupId; readonly items: readonly GroupBulkItem[] },
  ) {
    super();
  }
}

@CommandHandler(ChangeGroupMembersInBulk)
export class ChangeGroupMembersInBulkHandler implements ICommandHandler<ChangeGroupMembersInBulk> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly access: GroupAccess,
    private readonly members: GroupMembershipRepository,
  ) {}

  async execute({ context, input }: ChangeGroupMembersInBulk): Promise<{ results: readonly GroupBulkResult[] }> {
    const { tenantId, groupId, items } = input;
    if (items.length > GROUP_BULK_MAX_ITEMS) throw new RangeError(`at most ${GROUP_BULK_MAX_ITEMS} items at once`);
    return this.unitOfWork.run(context, tenantScope(tenantId), async (tx) => {
      const entered = await this.access.lock(tx, tenantId, groupId, context.actor);
      entered.authority.mustManage();
      const userIds = items.map(({ userId }) => userId);
      const roster = await GroupRoster.read(this.members, tx, { tenantId, groupId, userIds, at: entered.at });
      // Decided one by one; what is decided is sent without waiting, in this order.
      const statements: Promise<void>[] = [];
      const results = items.map((item, index) => {
        const decided = decide(item, roster, entered);
        if (decided instanceof DomainError) return refusal(index, decided);
        // In the log in the order of the items, whichever statement is answered first.
        for (const membership of decided.changed) tx.collect(membership);
        statements.push(...decided.statements.map((statement) => statement(tx, this.members)));
        return { index, status: 'done', version: decided.version } as const;
      });
      await Promise.all(statements);
      return { results };
    });
  }
}

type Statement = (tx: Transaction, members: GroupMembershipRepository) => Promise<void>;

interface Decided {
  readonly version: number;
  /** In the order in which it changed. */
  readonly changed: readonly GroupMembership[];
  readonly statements: readonly Statement[];
}

function decide(item: GroupBulkItem, roster: GroupRoster, entered: EnteredGroup): Decided | DomainError {
  try {
    return item.op === 'add' ? addition(item, roster, entered) : removal(item, roster);
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
}

function addition(item: Extract<GroupBulkItem, { op: 'add' }>, roster: GroupRoster, { authority, at }: EnteredGroup): Decided {
  const { userId, role, expiresAt = null } = item;
  authority.mustLastUntil(expiresAt);
  mustLieAhead(expiresAt, at);
  const { joined, over } = roster.join(userId, role, expiresAt);
  const adding: Statement = (tx, members) => members.add(tx, joined);
  if (over === null) return { version: joined.version, changed: [joined], statements: [adding] };
  return { version: joined.version, changed: [over, joined], statements: [(tx, members) => members.remove(tx, [over]), adding] };
}

function removal({ userId }: Extract<GroupBulkItem, { op: 'remove' }>, roster: GroupRoster): Decided {
  const removed = roster.remove(userId);
  return { version: removed.version, changed: [removed], statements: [(tx, members) => members.remove(tx, [removed])] };
}

const refusal = (index: number, { code, message: detail }: DomainError): GroupBulkResult => ({ index, status: 'refused', code, detail });
