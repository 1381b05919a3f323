import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ContinuousVerification, type ContinuousPorts } from './continuous-verification.ts';

const leaseMs = 60_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Verification of one tenant that takes until the test ends it. */
function stage() {
  let over = () => {};
  const ending = new Promise<void>((resolve) => (over = resolve));
  let leaseUntil = 0;
  const renewed = async () => {
    leaseUntil = Date.now() + leaseMs;
    return true;
  };
  const ports = {
    monitor: { status: async () => ({ status: 'ready', shards: [] }) },
    ledger: {
      claim: async () => (await renewed()) && { tenantsAfter: '' },
      renew: renewed,
      tenants: async () => ['t'],
      passed: async () => undefined,
      record: async () => [],
    },
    verification: {
      async *drifts() {
        await ending;
      },
    },
    unitOfWork: { run: async () => [] },
    observer: { verified: () => undefined },
  } as unknown as ContinuousPorts;
  const settings = { tenantsPerMinute: 0, repair: false, holder: 'one', requestId: () => 'r' };
  return { step: () => new ContinuousVerification(ports, settings).step(), over: () => over(), isHeld: () => leaseUntil > Date.now() };
}

it('P-9 keeps others away for as long as one tenant takes, and no longer', async () => {
  const { step, over, isHeld } = stage();
  const looking = step();
  for (let minutes = 0; minutes < 5; minutes += 1) {
    await vi.advanceTimersByTimeAsync(leaseMs + 1);
    expect(isHeld()).toBe(true);
  }
  over();
  await looking;
  expect(vi.getTimerCount()).toBe(0);
  await vi.advanceTimersByTimeAsync(leaseMs + 1);
  expect(isHeld()).toBe(false);
});
