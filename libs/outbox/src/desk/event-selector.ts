import { readField, selectorFields, type SelectorField } from './selector-fields.ts';
import { SelectorInvalid } from './errors.ts';

export const EVENT_STATES = ['pending', 'dead', 'applied'] as const;
export type EventState = (typeof EVENT_STATES)[number];

/** Which events are meant: those that answer to everything that is said. */
export interface EventSelector {
  /** Both inclusive. */
  readonly fromPosition?: bigint;
  readonly toPosition?: bigint;
  /** RFC 3339, of the commit: from `since` on, before `until`. */
  readonly since?: string;
  readonly until?: string;
  /** Id or slug, until it was looked up. */
  readonly tenant?: string;
  readonly aggregateType?: string;
  readonly aggregateId?: string;
  readonly type?: string;
  readonly state?: EventState;
  /** Part of the text with which the engine refused it. Only events on the work list have one. */
  readonly error?: string;
}

/** Selectors as text, by the names that both doors know: as query parameters, members of a body, or `--from-position` and so on. */
export type SelectorText = Readonly<Partial<Record<SelectorField, string | undefined>>>;

/** Throws `SelectorInvalid` with everything that is wrong. */
export function readSelector(text: SelectorText): EventSelector {
  const problems: { field: string; detail: string }[] = [];
  const selector: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(text)) {
    if (value === undefined) continue;
    if (!Object.hasOwn(selectorFields, field)) {
      problems.push({ field, detail: 'unknown selector' });
      continue;
    }
    const read = readField(field as SelectorField, value);
    if ('problem' in read) problems.push({ field, detail: read.problem });
    else selector[memberOf(field)] = read.value;
  }
  problems.push(...contradictions(selector));
  if (problems.length > 0) throw new SelectorInvalid(problems);
  return selector;
}

const memberOf = (field: string): string => field.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

function contradictions({ fromPosition, toPosition, since, until, ...rest }: EventSelector): { field: string; detail: string }[] {
  const found: { field: string; detail: string }[] = [];
  if (fromPosition !== undefined && toPosition !== undefined && fromPosition > toPosition)
    found.push({ field: 'to_position', detail: 'must not be before from_position' });
  if (since !== undefined && until !== undefined && Date.parse(since) >= Date.parse(until))
    found.push({ field: 'until', detail: 'must be after since' });
  if (rest.aggregateId !== undefined && rest.aggregateType === undefined)
    found.push({ field: 'aggregate_type', detail: 'is needed with aggregate_id' });
  if (rest.error !== undefined && rest.state === 'applied') found.push({ field: 'error', detail: 'events that were applied have none' });
  return found;
}

/** How events are looked for: each by an index, oldest or newest first. Null: nothing narrows the search. */
export type AccessPath = 'work_list' | 'aggregate' | 'tenant' | 'range';

export function accessPathOf({ state, error, aggregateId, tenant, ...range }: EventSelector): AccessPath | null {
  if (state === 'pending' || state === 'dead' || error !== undefined) return 'work_list';
  if (aggregateId !== undefined) return 'aggregate';
  if (tenant !== undefined) return 'tenant';
  const { fromPosition, toPosition, since, until, aggregateType, type } = range;
  if ([fromPosition, toPosition, since, until].some((bound) => bound !== undefined)) return 'range';
  return aggregateType === undefined && type === undefined && state === undefined ? 'range' : null;
}

/** What the log holds. Null: nothing yet, or nothing any more. */
export interface LogExtent {
  readonly first: { readonly position: bigint; readonly committedAt: string } | null;
  readonly newest: { readonly position: bigint; readonly committedAt: string } | null;
  /** The last position that was drawn, whether or not its transaction was committed. */
  readonly lastDrawn: bigint;
}

/** Positions that nobody drew yet, or that are no longer kept, are a mistake. Throws `SelectorInvalid`. */
export function assertWithinLog({ fromPosition, toPosition }: EventSelector, { first, lastDrawn }: LogExtent): void {
  const problems: { field: string; detail: string }[] = [];
  for (const [field, position] of [
    ['from_position', fromPosition],
    ['to_position', toPosition],
  ] as const) {
    if (position === undefined) continue;
    if (first === null) problems.push({ field, detail: 'the log is empty' });
    else if (position > lastDrawn) problems.push({ field, detail: `the last position that was drawn is ${lastDrawn}` });
    else if (position < first.position)
      problems.push({ field, detail: `the log begins at position ${first.position} (${first.committedAt}): what was before it is gone` });
  }
  if (problems.length > 0) throw new SelectorInvalid(problems);
}

/** Whether nothing in the log escapes it, however much it says. Nearly every event is applied: that alone narrows nothing. */
export function selectsEverything(selector: EventSelector, { first, newest }: LogExtent): boolean {
  const { fromPosition, toPosition, since, until, state, ...narrowing } = selector;
  if (state === 'pending' || state === 'dead' || Object.values(narrowing).some((value) => value !== undefined)) return false;
  if (first === null || newest === null) return true;
  return (
    (fromPosition ?? first.position) <= first.position &&
    (toPosition ?? newest.position) >= newest.position &&
    (since === undefined || Date.parse(since) <= Date.parse(first.committedAt)) &&
    (until === undefined || Date.parse(until) > Date.parse(newest.committedAt))
  );
}

/** Whether it asks for a time of which the log no longer tells all. */
export function reachesBeforeLog({ fromPosition, since }: EventSelector, { first }: LogExtent): boolean {
  if (first === null || first.position === 1n || fromPosition !== undefined) return false;
  return since === undefined || Date.parse(since) < Date.parse(first.committedAt);
}
