import { relationshipKey, type Relationship, type RelationshipUpdate } from '#authorization';
import { isOpeningWhenPresent } from './graph-mapping.ts';

/** A pending event with what the rows say about its footprint. Split by effect: closing takes access away, opening gives it. */
export interface DecidedEvent {
  readonly position: bigint;
  readonly tenantId: string | null;
  readonly revoking: boolean;
  readonly closing: readonly RelationshipUpdate[];
  readonly opening: readonly RelationshipUpdate[];
}

export interface BatchLimits {
  /** Updates of one call, without the marker's own two. */
  readonly updates: number;
  /** Of these, deletes: SpiceDB over PostgreSQL deletes slower beyond 100 in one call (500: 1,700/s; 100: 2,400/s). */
  readonly deletes: number;
}

export const batchLimits: BatchLimits = { updates: 500, deletes: 100 };

export interface BatchPlan {
  readonly updates: readonly RelationshipUpdate[];
  /** Fully written by this call: leave the work list. */
  readonly done: readonly bigint[];
  /** Revoking events whose closing half is in this call: they stay in the list, as grants. */
  readonly demoted: readonly bigint[];
  /** Events larger than a call: how many of their closing updates are written when this call is. */
  readonly partial: ReadonlyMap<bigint, number>;
  readonly revokedTenants: readonly (string | null)[];
}

/** f decides: present by the rows, touch; absent, delete. */
export function decide(
  event: { readonly position: bigint; readonly tenantId: string | null; readonly revoking: boolean },
  footprint: readonly Relationship[],
  existing: ReadonlyMap<string, Relationship>,
): DecidedEvent {
  const closing: RelationshipUpdate[] = [];
  const opening: RelationshipUpdate[] = [];
  for (const edge of footprint) {
    const present = existing.get(relationshipKey(edge));
    const update: RelationshipUpdate =
      present === undefined ? { operation: 'delete', relationship: edge } : { operation: 'touch', relationship: present };
    ((present !== undefined) === isOpeningWhenPresent(edge) ? opening : closing).push(update);
  }
  return { position: event.position, tenantId: event.tenantId, revoking: event.revoking, closing, opening };
}

/** One call under construction: no edge twice, within the limits. */
class Call {
  private readonly updates = new Map<string, RelationshipUpdate>();
  private deletes = 0;

  constructor(private readonly limits: BatchLimits) {}

  /** Adds all or nothing. */
  add(updates: readonly RelationshipUpdate[]): boolean {
    const fresh = updates.filter((update) => !this.updates.has(relationshipKey(update.relationship)));
    const deletes = fresh.filter((update) => update.operation === 'delete').length;
    if (this.updates.size + fresh.length > this.limits.updates || this.deletes + deletes > this.limits.deletes) return false;
    for (const update of fresh) this.updates.set(relationshipKey(update.relationship), update);
    this.deletes += deletes;
    return true;
  }

  get isEmpty(): boolean {
    return this.updates.size === 0;
  }

  get all(): RelationshipUpdate[] {
    return [...this.updates.values()];
  }
}

export interface Gate {
  /** Tenants with revoking events on the work list beyond those handed to the planner. */
  readonly closedFor: ReadonlySet<string | null>;
  /** True while only closing updates may be written: the shard is paused for grants, or being rebuilt. */
  readonly closingOnly: boolean;
}

/**
 * Chooses what one call writes. Revoking events first, by their closing half; a tenant's opening updates only when every
 * revoking event of that tenant is in the call: nobody may see through an old membership what was shared after its
 * removal. Where that splits a command, access is missing for a moment, never extra.
 */
export function planBatch(
  events: readonly DecidedEvent[],
  gate: Gate,
  limits: BatchLimits = batchLimits,
  written: ReadonlyMap<bigint, number> = new Map(),
): BatchPlan {
  const call = new Call(limits);
  const done: bigint[] = [];
  const demoted: bigint[] = [];
  const partial = new Map<bigint, number>();
  const shut = new Set(gate.closedFor);
  const revoked = new Set<string | null>();
  const closed: DecidedEvent[] = [];

  for (const event of events.filter(({ revoking }) => revoking)) {
    const rest = event.closing.slice(written.get(event.position) ?? 0);
    if (call.add(rest)) {
      closed.push(event);
      revoked.add(event.tenantId);
      continue;
    }
    shut.add(event.tenantId);
    if (!call.isEmpty) continue;
    const part = Math.min(limits.deletes, limits.updates, rest.length);
    call.add(rest.slice(0, part));
    partial.set(event.position, event.closing.length - rest.length + part);
    revoked.add(event.tenantId);
  }

  const mayOpen = (tenantId: string | null) => !gate.closingOnly && !shut.has(tenantId);
  for (const event of closed) {
    const complete = event.opening.length === 0 || (mayOpen(event.tenantId) && call.add(event.opening));
    (complete ? done : demoted).push(event.position);
  }
  for (const event of events.filter(({ revoking }) => !revoking)) {
    const closingFits = event.closing.length === 0 || call.add(event.closing);
    if (closingFits && event.opening.length === 0) done.push(event.position);
    else if (closingFits && mayOpen(event.tenantId)) addOpening(event, call, limits, written, done, partial);
  }
  return { updates: call.all, done, demoted, partial, revokedTenants: [...revoked] };
}

/** A grant larger than a whole call goes in parts: it starts an otherwise empty call. */
function addOpening(
  event: DecidedEvent,
  call: Call,
  limits: BatchLimits,
  written: ReadonlyMap<bigint, number>,
  done: bigint[],
  partial: Map<bigint, number>,
): void {
  const rest = event.opening.slice(written.get(event.position) ?? 0);
  if (call.add(rest)) {
    done.push(event.position);
  } else if (call.isEmpty && rest.length > 0) {
    const part = Math.min(limits.deletes, limits.updates, rest.length);
    call.add(rest.slice(0, part));
    partial.set(event.position, event.opening.length - rest.length + part);
  }
}
