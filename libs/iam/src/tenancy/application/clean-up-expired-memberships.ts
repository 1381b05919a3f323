import { Clock, platformScope, UnitOfWork, type ExecutionContext, type Transaction } from '#kernel';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Clearing } from './below-the-tenant.ts';
import { ClearingTurn, EndedMemberships } from './ended-memberships.ts';

/** Rows of one transaction: its locks are short, and what was done stays done when the next one fails. */
const batch = 50;

export interface CleanedUp {
  readonly removed: number;
  /** There may be more to remove. */
  readonly more: boolean;
}

/**
 * Removes some memberships of tenants, workspaces and groups that are past their end, as if somebody had removed them: with
 * everything that rested on them, and with their events. They counted for nothing before, so nobody needs to wait for it.
 * By the product itself, again and again; of several processes one does it, the others find nothing to do.
 *
 * Not all at once, however many end at the same moment: what somebody removes waits in line with all that goes here, so
 * whoever goes on while `more` is true rests in between.
 */
export class CleanUpExpiredMemberships extends Command<CleanedUp> {
  constructor(readonly context: ExecutionContext) {
    super();
  }
}

@CommandHandler(CleanUpExpiredMemberships)
export class CleanUpExpiredMembershipsHandler implements ICommandHandler<CleanUpExpiredMemberships> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly ended: EndedMemberships,
    private readonly turn: ClearingTurn,
    private readonly clock: Clock,
  ) {}

  async execute({ context }: CleanUpExpiredMemberships): Promise<CleanedUp> {
    let [removed, more] = [0, false];
    for (const scope of this.ended.scopes) {
      const some = await this.unitOfWork.run(context, platformScope, (tx) => this.clearAwaySome(tx, scope));
      removed += some;
      more ||= some === batch;
    }
    return { removed, more };
  }

  private async clearAwaySome(tx: Transaction, scope: Clearing): Promise<number> {
    return (await this.turn.take(tx)) ? scope.clearAway(tx, batch, this.clock.now()) : 0;
  }
}
