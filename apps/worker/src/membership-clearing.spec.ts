import { CleanUpExpiredMemberships } from '#iam';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MembershipClearing } from './membership-clearing.ts';

const log = { info: vi.fn(), warn: vi.fn() };

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.clearAllMocks();
});

function clearingBy(execute: () => Promise<{ removed: number; more: boolean }>) {
  const asked: unknown[] = [];
  const commands = {
    execute: (command: unknown) => {
      asked.push(command);
      return execute();
    },
  };
  const clearing = new MembershipClearing(commands as never, log as never);
  clearing.onApplicationBootstrap();
  return { clearing, asked };
}

describe('M-7 clearing away what is past its end', () => {
  it('goes on every minute, one round at a time', async () => {
    const rounds: (() => void)[] = [];
    const { clearing, asked } = clearingBy(() => new Promise((resolve) => rounds.push(() => resolve({ removed: 2, more: false }))));
    await vi.advanceTimersByTimeAsync(180_000);
    expect(asked).toHaveLength(1);
    expect(asked[0]).toBeInstanceOf(CleanUpExpiredMemberships);
    rounds[0]?.();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked).toHaveLength(2);
    expect(log.info).toHaveBeenCalledWith({ removed: 2 }, expect.any(String));
    rounds[1]?.();
    await clearing.onApplicationShutdown();
    await vi.advanceTimersByTimeAsync(180_000);
    expect(asked).toHaveLength(2);
  });

  it('P-7 rests between the steps of a long round, and ends with the step it is at when the process ends', async () => {
    const { clearing, asked } = clearingBy(async () => ({ removed: 50, more: true }));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(asked).toHaveLength(5);
    const ended = clearing.onApplicationShutdown();
    await vi.advanceTimersByTimeAsync(1_000);
    await ended;
    expect(asked).toHaveLength(5);
    expect(log.info).toHaveBeenCalledExactlyOnceWith({ removed: 250 }, expect.any(String));
  });

  it('takes up in the next round what one could not do', async () => {
    let failures = 0;
    const { clearing, asked } = clearingBy(async () => {
      failures += 1;
      if (failures === 1) throw new Error('the database is gone');
      return { removed: 0, more: false };
    });
    await vi.advanceTimersByTimeAsync(120_000);
    expect(asked).toHaveLength(2);
    expect(log.warn).toHaveBeenCalledTimes(1);
    expect(log.info).not.toHaveBeenCalled();
    await clearing.onApplicationShutdown();
  });
});
