import type { Transaction } from '#kernel';
import type { Clearing } from './below-the-tenant.ts';

/** Memberships past their end, by scope, in the order in which everything is locked. */
export class EndedMemberships {
  constructor(readonly scopes: readonly Clearing[]) {}
}

export abstract class ClearingTurn {
  /** False while another transaction clears away. True: no other one does until this one ends. */
  abstract take(tx: Transaction): Promise<boolean>;
}
