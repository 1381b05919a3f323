import type { JsonObject, OperationId, Operations } from '#governance';
import { platformScope, type ExecutionContext, type TenantId, type UnitOfWork } from '#kernel';
import { EverythingSelected } from './errors.ts';
import type { EventRecords, EventSummary } from './event-records.ts';
import { reachesBeforeLog, selectsEverything, type EventSelector, type LogExtent, type SelectorText } from './event-selector.ts';
import { settleSelector } from './list-events.ts';

/** What a replay would take, counted and in samples. */
export interface ReplayPreview {
  readonly matched: number;
  /** False when counting stopped: there are more. */
  readonly complete: boolean;
  readonly by_type: Readonly<Record<string, number>>;
  /** The tenants with the most, and how many events. */
  readonly by_tenant: readonly { readonly tenant_id: string | null; readonly events: number }[];
  /** On the list already: they are left as they are. */
  readonly on_the_list: number;
  readonly sample: readonly EventSummary[];
  /** Set when it asks for more than the log still holds. */
  readonly log_begins_at: { readonly position: string; readonly committed_at: string } | null;
}

export interface ReplayRequest {
  readonly selectors: SelectorText;
  /** Said expressly: every event of the log. */
  readonly all?: boolean;
}

export interface ReplayPorts {
  readonly records: EventRecords;
  readonly unitOfWork: UnitOfWork;
  readonly operations: Operations;
}

export const replayKind = 'replay';

/** A step looks at thousands of events and may find none of those that are meant: a preview of so many events is worth one. */
const eventsToAStep = 500;

const sampled = 10;
const tenantsShown = 20;

/** Has events of the log projected again, by today's rows: nothing that was taken away comes back. */
export class ReplayEvents {
  constructor(private readonly ports: ReplayPorts) {}

  /** Counts `most` events, and looks through some ten times as many for them, whatever the log holds. Throws `SelectorInvalid`, `EverythingSelected`. */
  async preview(request: ReplayRequest, most: number): Promise<ReplayPreview> {
    const { selector, extent } = await this.settle(request);
    const tally = new Tally();
    let from: bigint | null = 0n;
    for (let steps = 0; from !== null && tally.matched < most && steps * eventsToAStep < most; steps += 1) {
      const step = await this.ports.records.walk(selector, { order: 'oldest', limit: 2_000, from });
      for (const event of step.rows) tally.add(event);
      from = step.next;
    }
    return { ...tally.result, complete: from === null, log_begins_at: beginning(selector, extent) };
  }

  /** Throws `SelectorInvalid`, `EverythingSelected`, `OperationInProgress`. */
  async request(context: ExecutionContext, request: ReplayRequest): Promise<{ id: OperationId; version: number }> {
    const { unitOfWork, operations } = this.ports;
    const { selector, extent } = await this.settle(request);
    // What is committed from now on is applied anyway, and a replay of it would never end.
    const { lastDrawn } = extent;
    const to = selector.toPosition ?? lastDrawn;
    const input: JsonObject = {
      selectors: {
        ...textOf(request.selectors),
        ...(selector.tenant !== undefined && { tenant: selector.tenant }),
        to_position: String(to),
      },
      log_begins_at: beginning(selector, extent),
    };
    // A tenant that is gone has no operations any more.
    const tenantId = (selector.tenant === undefined ? null : await this.ports.records.tenantId(selector.tenant)) as TenantId | null;
    const wanted = { kind: replayKind, tenantId, input, exclusive: replayKind };
    return unitOfWork.run(context, platformScope, (tx) => operations.request(tx, context, wanted));
  }

  private async settle({ selectors, all = false }: ReplayRequest): Promise<{ selector: EventSelector; extent: LogExtent }> {
    const settled = await settleSelector(this.ports.records, selectors);
    if (!all && selectsEverything(settled.selector, settled.extent)) throw new EverythingSelected();
    return settled;
  }
}

/** Without those that were left out. */
function textOf(selectors: SelectorText): Record<string, string> {
  return Object.fromEntries(Object.entries(selectors).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

function beginning(selector: EventSelector, extent: LogExtent): ReplayPreview['log_begins_at'] {
  const { first } = extent;
  if (first === null || !reachesBeforeLog(selector, extent)) return null;
  return { position: String(first.position), committed_at: first.committedAt };
}

class Tally {
  matched = 0;
  private readonly types = new Map<string, number>();
  private readonly tenants = new Map<string | null, number>();
  private readonly sample: EventSummary[] = [];
  private listed = 0;

  add(event: EventSummary): void {
    this.matched += 1;
    const type = event.type ?? 'no longer in the log';
    this.types.set(type, (this.types.get(type) ?? 0) + 1);
    this.tenants.set(event.tenant_id, (this.tenants.get(event.tenant_id) ?? 0) + 1);
    if (event.state !== 'applied') this.listed += 1;
    if (this.sample.length < sampled) this.sample.push(event);
  }

  get result(): Omit<ReplayPreview, 'complete' | 'log_begins_at'> {
    const most = [...this.tenants].sort(([, a], [, b]) => b - a).slice(0, tenantsShown);
    return {
      matched: this.matched,
      by_type: Object.fromEntries([...this.types].sort(([, a], [, b]) => b - a)),
      by_tenant: most.map(([tenant_id, events]) => ({ tenant_id, events })),
      on_the_list: this.listed,
      sample: this.sample,
    };
  }
}
