import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RateLimiter } from './rate-limiter.ts';

function limiterOf(perMinute: number, mostKeys?: number) {
  const clock = { ms: 1_000 };
  const options = { now: () => clock.ms, ...(mostKeys !== undefined && { mostKeys }) };
  return { clock, limiter: new RateLimiter({ name: 'user', perMinute }, options) };
}

describe('H-5 a limit per key', () => {
  it('H-5 lets exactly the quota through at once, and says how much is left and when to come again', () => {
    const { limiter } = limiterOf(3);
    expect(limiter.take('a')).toEqual({ allowed: true, remaining: 2, resetSeconds: 20, retryAfterSeconds: 0 });
    expect(limiter.take('a')).toEqual({ allowed: true, remaining: 1, resetSeconds: 40, retryAfterSeconds: 0 });
    expect(limiter.take('a')).toEqual({ allowed: true, remaining: 0, resetSeconds: 60, retryAfterSeconds: 0 });
    expect(limiter.take('a')).toEqual({ allowed: false, remaining: 0, resetSeconds: 60, retryAfterSeconds: 20 });
    expect(limiter.take('b').allowed).toBe(true);
  });

  it('H-5 what is refused costs nothing: after Retry-After the next one is let through, however many were refused', () => {
    const { limiter, clock } = limiterOf(60);
    for (let i = 0; i < 60; i += 1) limiter.take('a');
    for (let i = 0; i < 1_000; i += 1) expect(limiter.take('a').allowed).toBe(false);
    expect(limiter.hasRoom('a')).toBe(false);
    clock.ms += limiter.take('a').retryAfterSeconds * 1000;
    expect(limiter.hasRoom('a')).toBe(true);
    expect([limiter.take('a').allowed, limiter.take('a').allowed]).toEqual([true, false]);
  });

  it('H-5 over any stretch of time no more than the quota and what came back meanwhile', () => {
    const steps = fc.array(fc.integer({ min: 0, max: 3_000 }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), steps, (perMinute, pauses) => {
        const { limiter, clock } = limiterOf(perMinute);
        const began = clock.ms;
        let allowed = 0;
        for (const pause of pauses) {
          clock.ms += pause;
          if (limiter.take('a').allowed) allowed += 1;
          expect(allowed).toBeLessThanOrEqual(perMinute + ((clock.ms - began) * perMinute) / 60_000 + 1e-3);
        }
      }),
    );
  });

  it('H-5 no number of keys takes more memory than its cap, and a busy key is never forgotten', () => {
    const { limiter } = limiterOf(1, 100);
    limiter.take('busy');
    for (let i = 0; i < 10_000; i += 1) {
      limiter.take(`k${i}`);
      expect(limiter.take('busy').allowed).toBe(false);
    }
    expect(limiter.keys).toBe(100);
  });

  it('H-5 counts to a million a minute without drifting', () => {
    const { limiter } = limiterOf(1_000_000);
    for (let i = 0; i < 999_999; i += 1) limiter.take('a');
    expect([limiter.take('a').allowed, limiter.take('a').allowed]).toEqual([true, false]);
  });
});
