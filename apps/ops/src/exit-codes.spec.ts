import { DomainError } from '#kernel';
import { LogBusy, LogStillNeeded } from '#outbox';
import { describe, expect, it } from 'vitest';
import { exitCodeOf } from './exit-codes.ts';

class Refusal extends DomainError {
  override readonly code = 'refused';

  constructor(override readonly kind: DomainError['kind']) {
    super('No.');
  }
}

describe('the exit code of a command that ended with an error', () => {
  it.each(['invalid', 'not_found', 'conflict', 'forbidden'] as const)('is 2 when it was refused as %s: nothing was done', (kind) => {
    expect(exitCodeOf(new Refusal(kind))).toBe(2);
  });

  it('is 3 when it was kept from doing it', () => {
    for (const error of [new Refusal('unavailable'), new Refusal('internal'), new LogBusy(null), new Error('a fault')])
      expect(exitCodeOf(error)).toBe(3);
  });

  it('is 1 when the log was cut, but not as far as was asked', () => {
    expect([0, 2].map((dropped) => exitCodeOf(new LogStillNeeded('One stays.', dropped)))).toEqual([2, 1]);
  });
});
