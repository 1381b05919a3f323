import { describe, expect, it } from 'vitest';
import { decodeChanged, encodeChanged } from './front-door-signals.ts';

describe('P-7 what changed at the front door', () => {
  it('P-7 arrives as it was sent', () => {
    for (const changed of [['a', 'b'], 'any'] as const) expect(decodeChanged(encodeChanged(changed))).toEqual(changed);
  });

  it.each(['', 'x', '5', 'null', '{}', '[5]', '[null]', '"a"'])('P-7 of another shape may be anything: %s', (payload) => {
    expect(decodeChanged(payload)).toBe('any');
  });
});
