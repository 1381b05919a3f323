import type { DomainEvent } from './domain-event.ts';
import type { TenantId } from './ids.ts';
import { VersionMismatch } from './version-mismatch.ts';

/** What an event needs beyond what its aggregate already knows. */
export type Recording<E extends DomainEvent> = E extends DomainEvent
  ? {
      readonly type: E['type'];
      readonly schemaVersion: E['schemaVersion'];
      readonly revoking: E['revoking'];
      readonly occurredAt: Date;
      readonly payload: E['payload'];
      /** Only for an aggregate of the platform whose fact is about one tenant; default: the tenant that owns the aggregate. */
      readonly tenantId?: E['tenantId'];
    }
  : never;

/** A consistency boundary: its methods are the rules, its version is its ETag, its events are what happened. */
export abstract class AggregateRoot<E extends DomainEvent = DomainEvent> {
  private readonly recorded: E[] = [];

  protected constructor(
    private readonly aggregateType: E['aggregateType'],
    private currentVersion: number,
  ) {}

  protected abstract get aggregateId(): string;
  protected abstract get owningTenant(): TenantId | null;

  /** Grows by one with every recorded event; stored, and shown to callers as the strong ETag. */
  get version(): number {
    return this.currentVersion;
  }

  /** Optimistic concurrency: the caller names the version it decided on. Throws `VersionMismatch`. */
  expectVersion(expected: number): void {
    if (expected !== this.currentVersion) throw new VersionMismatch();
  }

  protected record(event: Recording<E>): void {
    this.currentVersion += 1;
    this.recorded.push({
      ...event,
      aggregateType: this.aggregateType,
      aggregateId: this.aggregateId,
      aggregateVersion: this.currentVersion,
      tenantId: event.tenantId === undefined ? this.owningTenant : event.tenantId,
    } as unknown as E);
  }

  /** Hands over what was recorded, once: the unit of work calls it when the aggregate is saved. */
  pullEvents(): readonly E[] {
    return this.recorded.splice(0);
  }
}
