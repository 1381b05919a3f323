import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SelectorInvalid } from './errors.ts';
import {
  accessPathOf,
  assertWithinLog,
  reachesBeforeLog,
  readSelector,
  selectsEverything,
  type LogExtent,
  type SelectorText,
} from './event-selector.ts';
import { SELECTOR_FIELDS, selectorFields } from './selector-fields.ts';

const log: LogExtent = {
  first: { position: 51n, committedAt: '2026-02-01T00:00:00.000000Z' },
  newest: { position: 90n, committedAt: '2026-02-09T12:00:00.000000Z' },
  lastDrawn: 93n,
};

const problemsOf = (text: SelectorText): readonly string[] => {
  try {
    readSelector(text);
  } catch (error) {
    if (error instanceof SelectorInvalid) return error.errors.map(({ pointer, detail }) => `${pointer} ${detail}`);
    throw error;
  }
  return [];
};

describe('selectors', () => {
  it('are read from text, each by its own grammar; every example of the grammar is one', () => {
    for (const field of SELECTOR_FIELDS.filter((name) => name !== 'aggregate_id'))
      expect(() => readSelector({ [field]: selectorFields[field].example })).not.toThrow();
    expect(readSelector({ from_position: '7', tenant: 'acme', aggregate_type: 'tenant', aggregate_id: 'x', type: undefined })).toEqual({
      fromPosition: 7n,
      tenant: 'acme',
      aggregateType: 'tenant',
      aggregateId: 'x',
    });
  });

  it.each<[string, object]>([
    ['an unknown name', { colour: 'red' }],
    ['a name of every object', { constructor: 'x' }],
    ['no text', { from_position: 7 }],
    ['position zero', { from_position: '0' }],
    ['a position that no log has', { to_position: '9223372036854775808' }],
    ['a sign', { to_position: '+7' }],
    ['a moment without an offset', { since: '2026-02-01T00:00:00' }],
    ['a day that is none', { until: '2026-02-30T00:00:00Z' }],
    ['a year before there were any', { since: '0000-01-01T00:00:00Z' }],
    ['a year of five digits, an hour on', { until: '9999-12-31T23:30:00Z' }],
    ['a slug in capitals', { tenant: 'Acme' }],
    ['a type without its module', { type: 'member_added' }],
    ['a state that is none', { state: 'lost' }],
    ['an empty error', { error: '' }],
    ['NUL', { error: 'a\0b' }],
    ['half a surrogate pair', { error: '\ud800' }],
    ['an aggregate without its type', { aggregate_id: 'x' }],
    ['an end before the beginning', { from_position: '9', to_position: '8' }],
    ['no time at all', { since: '2026-02-01T00:00:00Z', until: '2026-02-01T01:00:00+01:00' }],
    ['an error of what was applied', { state: 'applied', error: 'x' }],
  ])('refuse %s', (_what, text) => {
    expect(problemsOf(text as SelectorText)).toHaveLength(1);
  });

  it('take a moment at any offset, in UTC: PostgreSQL reads none of 16 hours', () => {
    expect(readSelector({ since: '2026-02-02T00:00:00+23:59' })).toEqual({ since: '2026-02-01T00:01:00.000Z' });
  });

  it('are refused with everything that is wrong at once', () => {
    expect(problemsOf({ from_position: 'x', since: 'y', tenant: '' })).toHaveLength(3);
  });

  it('whatever is sent is read or refused, never a failure', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...SELECTOR_FIELDS, 'other'), fc.anything()), (sent) => {
        expect(() => problemsOf(sent as SelectorText)).not.toThrow();
      }),
    );
  });
});

describe('the way to events', () => {
  it.each([
    ['the work list', { state: 'dead', tenant: 'acme' }, 'work_list'],
    ['the work list, by their error', { error: 'x' }, 'work_list'],
    ['their aggregate', { aggregate_type: 'tenant', aggregate_id: 'x', tenant: 'acme' }, 'aggregate'],
    ['their tenant', { tenant: 'acme', type: 'a.b' }, 'tenant'],
    ['their positions', { from_position: '60', type: 'a.b' }, 'range'],
    ['their time', { since: '2026-02-01T00:00:00Z', state: 'applied' }, 'range'],
    ['the log itself, for all of them', {}, 'range'],
    ['nothing, by their type alone', { type: 'a.b' }, null],
    ['nothing, by a type of aggregate alone', { aggregate_type: 'tenant' }, null],
    ['nothing, by being applied alone', { state: 'applied' }, null],
  ])('is %s', (_what, text, path) => {
    expect(accessPathOf(readSelector(text))).toBe(path);
  });
});

describe('positions', () => {
  it.each([
    [{ from_position: '50' }, 'the log begins at position 51'],
    [{ to_position: '50' }, 'the log begins at position 51'],
    [{ from_position: '94' }, 'the last position that was drawn is 93'],
  ])('%j are out of range', (text, reason) => {
    expect(() => assertWithinLog(readSelector(text), log)).toThrow(reason);
    expect(() => assertWithinLog(readSelector(text), { first: null, newest: null, lastDrawn: 0n })).toThrow('the log is empty');
  });

  it('from the first that is kept to the last that was drawn are in it', () => {
    expect(() => assertWithinLog(readSelector({ from_position: '51', to_position: '93' }), log)).not.toThrow();
  });
});

describe('everything', () => {
  it.each([
    ['by saying nothing', {}],
    ['by all positions', { from_position: '51', to_position: '90' }],
    ['by being applied', { state: 'applied' }],
    ['by being applied, at all positions', { state: 'applied', from_position: '51' }],
    ['by all times', { since: '2026-01-01T00:00:00Z', until: '2027-01-01T00:00:00Z' }],
  ])('is selected %s', (_how, text) => expect(selectsEverything(readSelector(text), log)).toBe(true));

  it.each([
    [{ from_position: '52' }],
    [{ to_position: '89' }],
    [{ since: '2026-02-01T00:00:01Z' }],
    [{ until: '2026-02-09T12:00:00Z' }],
    [{ type: 'a.b' }],
    [{ tenant: 'acme' }],
    [{ state: 'dead' }],
    [{ state: 'pending' }],
    [{ state: 'applied', tenant: 'acme' }],
  ])('is not by %j', (text) => expect(selectsEverything(readSelector(text), log)).toBe(false));

  it('of an empty log is nothing, and is asked for all the same', () => {
    expect(selectsEverything({ fromPosition: 1n }, { first: null, newest: null, lastDrawn: 0n })).toBe(true);
  });
});

describe('what is no longer in the log', () => {
  it('is asked for by a time before it, or by none', () => {
    expect(reachesBeforeLog(readSelector({ since: '2026-01-31T23:59:59Z' }), log)).toBe(true);
    expect(reachesBeforeLog(readSelector({ type: 'a.b' }), log)).toBe(true);
  });

  it('is not by positions, which are refused, nor by a later time, nor of a log that was never cut', () => {
    expect(reachesBeforeLog(readSelector({ from_position: '60' }), log)).toBe(false);
    expect(reachesBeforeLog(readSelector({ since: '2026-02-01T00:00:00Z' }), log)).toBe(false);
    expect(reachesBeforeLog({}, { ...log, first: { position: 1n, committedAt: '2026-02-01T00:00:00Z' } })).toBe(false);
  });
});
