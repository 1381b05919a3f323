import type { RelationshipUpdate } from '#authorization';
import { updateKey, type Written } from './plan-batch.ts';

/**
 * What this holder wrote of events that are still on the list, so that one that is larger than a call goes on where it was. Of an event that
 * leaves the list nothing is kept: when it comes back, because it is retried or replayed, the graph may have changed since.
 */
export class WrittenParts {
  private readonly parts = new Map<bigint, ReadonlySet<string>>();

  get all(): Written {
    return this.parts;
  }

  add(position: bigint, updates: readonly RelationshipUpdate[]): void {
    this.parts.set(position, new Set([...(this.parts.get(position) ?? []), ...updates.map(updateKey)]));
  }

  forget(position: bigint): void {
    this.parts.delete(position);
  }

  clear(): void {
    this.parts.clear();
  }
}
