import type { CommitReceipt } from '#kernel';

export type CommitListener = (receipt: CommitReceipt) => void;

/** Tells whoever asked, in this process, that events were committed. Nothing rests on it: it only makes things faster. */
export class CommitSignals {
  private readonly listeners: CommitListener[] = [];

  subscribe(listener: CommitListener): void {
    this.listeners.push(listener);
  }

  /** Listeners must not throw and must not block; one that throws is ignored, because the change is committed. */
  emit(receipt: CommitReceipt): void {
    for (const listener of this.listeners) {
      try {
        listener(receipt);
      } catch {
        continue;
      }
    }
  }
}
