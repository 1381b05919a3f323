/**
 * The position below which a shard's list is known to be empty for good. Reading from there keeps reads off the index
 * entries of applied events, which stay behind while somebody holds a long snapshot (measured: eight times slower).
 *
 * A position is drawn by a transaction that already has its id. So when every transaction older than some point has
 * ended, no event can still appear below the last position drawn before that point.
 */
export class LowWater {
  private mark = 0n;
  private candidate: { position: bigint; nextTransaction: bigint } | null = null;

  get above(): bigint {
    return this.mark;
  }

  reset(): void {
    this.mark = 0n;
    this.candidate = null;
  }

  /** Where the next rise will lead. */
  propose(horizon: { position: bigint; nextTransaction: bigint }): void {
    this.candidate ??= horizon;
  }

  get isWaiting(): boolean {
    return this.candidate !== null;
  }

  /** `floor` must have been read after the proposal: the transactions first, then the list. */
  rise(floor: { oldestTransaction: bigint; lowestPending: bigint | null }): void {
    if (this.candidate === null || floor.oldestTransaction < this.candidate.nextTransaction) return;
    const { position } = this.candidate;
    const limit = floor.lowestPending === null || floor.lowestPending > position ? position : floor.lowestPending - 1n;
    if (limit > this.mark) this.mark = limit;
    this.candidate = null;
  }
}
