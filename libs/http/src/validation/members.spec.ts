import { validateSync } from 'class-validator';
import { describe, expect, it } from 'vitest';
import { IsMoment } from './members.ts';

class Lasting {
  @IsMoment()
  until: unknown;
}

function isTaken(until: unknown): boolean {
  return validateSync(Object.assign(new Lasting(), { until }), { forbidUnknownValues: false }).length === 0;
}

describe('H-4 a moment', () => {
  it.each(['2026-11-21T07:10:00Z', '2026-11-21T07:10:00.123Z', '2026-11-21T07:10:00+05:30', '2028-02-29T23:59:59-11:00'])(
    'H-4 is taken as %s',
    (text) => expect(isTaken(text)).toBe(true),
  );

  it.each([
    '2026-11-21',
    '2026-11-21T07:10:00',
    '2026-11-21 07:10:00Z',
    '2026-11-21T07:10Z',
    '2026-11-21T07:10:00.1234Z',
    '2026-11-21T24:00:00Z',
    '2026-11-21T25:10:00Z',
    '2026-13-21T07:10:00Z',
    '2026-02-30T07:10:00Z',
    '2027-02-29T07:10:00+02:00',
    '2026-11-21T07:10:00+99:00',
    '+012026-11-21T07:10:00Z',
    'tomorrow',
    '',
    1_800_000_000_000,
    new Date(),
    {},
    null,
  ])('H-4 is not taken as %j', (value) => expect(isTaken(value)).toBe(false));
});
