import { SelectionTooWide, SelectorInvalid } from './errors.ts';
import { accessPathOf, assertWithinLog, readSelector, type EventSelector, type LogExtent, type SelectorText } from './event-selector.ts';
import type { EventRecords, EventSummary } from './event-records.ts';

/** A selector that was understood and held against the log that there is; its tenant is an id. */
export interface SettledSelector {
  readonly selector: EventSelector;
  readonly extent: LogExtent;
}

/** Throws `SelectorInvalid`. */
export async function settleSelector(records: EventRecords, text: SelectorText): Promise<SettledSelector> {
  const selector = readSelector(text);
  const extent = await records.extent();
  assertWithinLog(selector, extent);
  if (selector.tenant === undefined) return { selector, extent };
  const tenant = (await records.tenantId(selector.tenant)) ?? idOf(selector.tenant);
  if (tenant === null) throw new SelectorInvalid([{ field: 'tenant', detail: 'there is no tenant with this slug' }]);
  return { selector: { ...selector, tenant }, extent };
}

/** A tenant that is gone has events all the same. */
const idOf = (text: string): string | null => (/^[0-9A-Z]{26}$/.test(text) ? text : null);

export interface EventPage {
  readonly rows: readonly EventSummary[];
  /** Null on the last page. A page may be short, or empty, and still have another after it. */
  readonly next: string | null;
}

export const mostListed = 200;

/** Events of the log, newest first. */
export class ListEvents {
  constructor(private readonly records: EventRecords) {}

  /** Throws `SelectorInvalid`, `SelectionTooWide`. */
  async run(text: SelectorText, page: { readonly after?: string; readonly limit: number }): Promise<EventPage> {
    const { selector } = await settleSelector(this.records, text);
    if (accessPathOf(selector) === null) throw new SelectionTooWide();
    const limit = Math.min(page.limit, mostListed);
    const from = page.after === undefined ? {} : { from: positionOf(page.after) };
    const { rows, next } = await this.records.walk(selector, { order: 'newest', limit, ...from });
    return { rows, next: next === null ? null : String(next) };
  }
}

function positionOf(text: string): bigint {
  const { fromPosition = 0n } = readSelector({ from_position: text });
  return fromPosition;
}
