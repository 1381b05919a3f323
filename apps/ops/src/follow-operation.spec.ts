import type { OperationView } from '#governance';
import { DatabaseUnavailable } from '#database';
import { anId, actingProduct, contextOf } from '#kernel/testing';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { followOperation, type Followed, type FollowOptions } from './follow-operation.ts';

const id = anId<OperationView['id']>();
const pending: OperationView = {
  ...{ id, tenant_id: null, kind: 'verify', state: 'pending', progress: { done: 0, total: null, step: null }, input: { deep: true } },
  ...{ result: null, failure: null, requested_by: actingProduct, retry_of: null, cancel_requested: false, attempts: 0, version: 1 },
  ...{ waiting_for_worker: false, created_at: '2026-01-02T03:04:05.678Z', started_at: null, finished_at: null },
};
const running = (done: number, step: string): OperationView => ({ ...pending, state: 'running', progress: { done, total: 4, step } });
const ended = (end: Partial<OperationView>): OperationView => ({ ...pending, finished_at: '2026-01-02T03:05:05.678Z', ...end });
const succeeded = (result: OperationView['result']) => ended({ state: 'succeeded', result });

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** What the operation is, each time it is asked for; the last one stays. */
async function follow(history: readonly (OperationView | Error)[], options: FollowOptions & Followed, isTTY = false) {
  const written = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') =>
    Object.assign(Object.create(process.stderr) as typeof process.stderr, {
      isTTY: isTTY && name === 'stdout',
      write: (text: string) => ((written[name] += text), true),
    });
  let asked = 0;
  const execute = async () => {
    const found = history[Math.min(asked, history.length - 1)] as OperationView | Error;
    asked += 1;
    if (found instanceof Error) throw found;
    return found;
  };
  const deployment = { context: contextOf(actingProduct), findOperation: { execute } as never };
  const following = followOperation(deployment, id, options, { stdout: stream('stdout'), stderr: stream('stderr') });
  const outcome = following.then(
    (code) => ({ code, ...written }),
    (error: unknown) => ({ error }),
  );
  await vi.advanceTimersByTimeAsync(60_000);
  return outcome;
}

describe('O-1 following an operation', () => {
  test('elsewhere than on a terminal its id is all that is printed', async () => {
    expect(await follow([pending], {})).toEqual({ code: 0, stdout: `${id}\n`, stderr: '' });
    expect(await follow([pending], { detach: true }, true)).toEqual({ code: 0, stdout: `${id}\n`, stderr: '' });
  });

  test('its steps go to standard error, its end to standard output', async () => {
    const history = [pending, running(1, 'reading'), running(1, 'reading'), running(2, 'comparing'), succeeded({ found: 3 })];
    const { code, stdout, stderr } = (await follow(history, { wait: true })) as { code: number; stdout: string; stderr: string };
    expect(code).toBe(0);
    expect(stderr.split('\n')).toEqual([
      `${id}  0/?  pending`,
      `${id}  1/4  reading`,
      `${id}  2/4  comparing`,
      `${id}  0/?  succeeded`,
      '',
    ]);
    expect(stdout).toContain('succeeded');
    expect(stdout).toContain('  found: 3');
  });

  test('it is said when no worker is running', async () => {
    const history = [pending, { ...pending, waiting_for_worker: true }, succeeded({})];
    expect(await follow(history, { wait: true })).toMatchObject({ stderr: expect.stringContaining('no worker is running') as string });
  });

  test('the exit code tells scripts how it ended', async () => {
    const needsAttention = (result: object) => 'drift' in result;
    const codeOf = async (end: OperationView) => ((await follow([end], { wait: true, needsAttention })) as { code: number }).code;
    expect(await codeOf(succeeded({}))).toBe(0);
    expect(await codeOf(succeeded({ drift: 1 }))).toBe(1);
    expect(await codeOf(ended({ state: 'failed', failure: { code: 'internal', message: 'No.' } }))).toBe(3);
    expect(await codeOf(ended({ state: 'cancelled' }))).toBe(3);
  });

  test('as JSON it is one object, whatever became of it', async () => {
    const end = ended({ state: 'failed', failure: { code: 'internal', message: 'No.' } });
    const { stdout } = (await follow([pending, end], { wait: true, json: true })) as { stdout: string };
    expect(JSON.parse(stdout)).toEqual(end);
  });

  test('its own words are used for the result', async () => {
    const describe = ({ found }: { found?: unknown }) => `Found ${String(found)}.\n`;
    expect(await follow([succeeded({ found: 3 })], { wait: true, describe })).toMatchObject({ stdout: 'Found 3.\n' });
  });

  test('an outage of the database is waited for; anything else is passed on', async () => {
    const outage = new DatabaseUnavailable(new Error('gone'));
    expect(await follow([outage, outage, succeeded({})], { wait: true })).toMatchObject({ code: 0 });
    expect(await follow([new Error('broken')], { wait: true })).toEqual({ error: expect.objectContaining({ message: 'broken' }) as Error });
  });
});
