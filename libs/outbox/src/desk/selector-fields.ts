/** RFC 3339, with its offset, to the millisecond. */
const moment = /^\d{4}-\d\d-\d\dT(?!24)\d\d:\d\d:\d\d(\.\d{1,3})?(Z|[+-]\d\d:\d\d)$/;

/** As far as a `bigint` of PostgreSQL goes. */
const highest = 9_223_372_036_854_775_807n;

type Reading = { readonly value: unknown } | { readonly problem: string };

function position(text: string): Reading {
  const value = /^\d{1,19}$/.test(text) ? BigInt(text) : 0n;
  return value > 0n && value <= highest ? { value } : { problem: 'must be a position: a whole number from 1' };
}

/** Of what `Date` reads, PostgreSQL knows neither the year 0, nor the year 10000, nor an offset of 16 hours. */
const years = { from: Date.UTC(1970), to: Date.UTC(9999) };

/** In UTC, whatever its offset. */
function time(text: string): Reading {
  const day = Number(text.slice(8, 10));
  const at = moment.test(text) && new Date(`${text.slice(0, 10)}T00:00:00Z`).getUTCDate() === day ? Date.parse(text) : Number.NaN;
  if (at >= years.from && at < years.to) return { value: new Date(at).toISOString() };
  return { problem: 'must be a moment from 1970 to 9998 with its offset, such as 2026-11-21T07:10:00Z (RFC 3339)' };
}

const matching =
  (pattern: RegExp, problem: string) =>
  (text: string): Reading =>
    pattern.test(text) ? { value: text } : { problem };

const state = matching(/^(pending|dead|applied)$/, 'must be one of pending, dead, applied');
const storable = (text: string) => text.isWellFormed() && !text.includes('\0');

function errorText(text: string): Reading {
  const length = [...text].length;
  return length > 0 && length <= 200 && storable(text) ? { value: text } : { problem: 'must be text of 1 to 200 characters' };
}

function aggregateId(text: string): Reading {
  return /^\S{1,255}$/.test(text) && storable(text) ? { value: text } : { problem: 'must be text of 1 to 255 characters without blanks' };
}

/** The grammar, the same at every door: which selectors there are, what they take, and what they mean. */
export const selectorFields = {
  from_position: { read: position, example: '1200', meaning: 'the first position' },
  to_position: { read: position, example: '1300', meaning: 'the last position' },
  since: { read: time, example: '2026-11-21T07:10:00Z', meaning: 'committed then or later' },
  until: { read: time, example: '2026-11-21T08:10:00Z', meaning: 'committed before' },
  tenant: {
    read: matching(/^([a-z0-9][a-z0-9-]{1,62}[a-z0-9]|[0-9A-HJKMNP-TV-Z]{26})$/, 'must be the id or slug of a tenant'),
    example: 'acme',
    meaning: 'of the tenant with this id or slug',
  },
  aggregate_type: {
    read: matching(/^[a-z]+(_[a-z]+)*$/, 'must be a type such as workspace_membership'),
    example: 'tenant_membership',
    meaning: 'about aggregates of this type',
  },
  aggregate_id: { read: aggregateId, example: '01JD8M3T5W0000000000000000', meaning: 'about this aggregate of the type' },
  type: {
    read: matching(/^[a-z_]+(\.[a-z_]+)+$/, 'must be a type such as tenancy.member_added'),
    example: 'tenancy.member_added',
    meaning: 'of this type',
  },
  state: { read: state, example: 'dead', meaning: 'pending, dead or applied' },
  error: { read: errorText, example: 'INVALID_ARGUMENT', meaning: 'refused with words among which are these' },
} as const satisfies Record<string, { read: (text: string) => Reading; example: string; meaning: string }>;

export type SelectorField = keyof typeof selectorFields;

export const SELECTOR_FIELDS = Object.keys(selectorFields) as readonly SelectorField[];

export function readField(field: SelectorField, text: unknown): Reading {
  return typeof text === 'string' ? selectorFields[field].read(text) : { problem: 'must be text' };
}
