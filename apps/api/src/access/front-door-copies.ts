import type { FrontDoorView } from '#iam';
import { LRUCache } from 'lru-cache';

/**
 * Bounds how long somebody shut out can still come in, whatever fails: nothing may extend it. The promise is 5 s from the
 * commit to the first refusal; half a second of it is left for the request that asks (measured with 5,000: 5,046 ms).
 */
export const longestCopyMs = 4_500;

interface Copy {
  readonly view: FrontDoorView;
  /** When the statement was sent: what it saw may be older than when it was answered. */
  readonly readAt: number;
}

/**
 * Copies of what PostgreSQL said at the front door. Dropping is by time stamp, so it also voids what is being read at that
 * moment and costs the same however many copies there are.
 */
export class FrontDoorCopies {
  private readonly copies = new LRUCache<string, Copy>({ max: 50_000 });
  private readonly droppedTenants = new LRUCache<string, number>({
    max: 10_000,
    dispose: (at, _tenant, reason) => reason === 'evict' && this.forgetUpTo(at),
  });
  private droppedAll = -Infinity;

  constructor(readonly now: () => number = () => performance.now()) {}

  get(userId: string, tenant: string | null): FrontDoorView | undefined {
    const copy = this.copies.get(keyOf(userId, tenant));
    if (copy === undefined || this.isOver(copy) || this.isDropped(copy)) return undefined;
    return copy.view;
  }

  put(userId: string, tenant: string | null, view: FrontDoorView, readAt: number): void {
    const copy = { view, readAt };
    if (!this.isDropped(copy)) this.copies.set(keyOf(userId, tenant), copy);
  }

  /** Something a front door rests on may have changed in this tenant. */
  drop(tenantId: string): void {
    this.droppedTenants.set(tenantId, this.now());
  }

  /** A user or the platform itself changed. */
  dropAll(): void {
    this.droppedAll = this.now();
  }

  /** No copy outlives the role it shows. */
  private isOver({ view, readAt }: Copy): boolean {
    return this.now() - readAt >= Math.min(longestCopyMs, view.role_ends_in_ms ?? Infinity);
  }

  private isDropped({ view, readAt }: Copy): boolean {
    if (readAt <= this.droppedAll) return true;
    if (view.tenant_id === null || this.droppedTenants.size === 0) return false;
    return readAt <= (this.droppedTenants.get(view.tenant_id) ?? -Infinity);
  }

  /** Too many tenants changed to remember each: what is forgotten must not come back to life. */
  private forgetUpTo(droppedAt: number): void {
    if (this.now() - droppedAt < longestCopyMs) this.droppedAll = Math.max(this.droppedAll, droppedAt);
  }
}

const keyOf = (userId: string, tenant: string | null): string => `${userId} ${tenant ?? ''}`;
