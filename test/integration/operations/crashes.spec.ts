import type { OperationId } from '#governance';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventually, eventuallyPasses } from '../../support/eventually.ts';
import { OperationBench, type Step } from './support/operation-bench.ts';

let bench: OperationBench;
beforeAll(async () => {
  bench = await OperationBench.open();
});
afterEach(() => bench.stopWorkers());
afterAll(() => bench?.close());

const upTo = (size: number) => Array.from({ length: size }, (_, at) => at + 1);
const distinct = (values: readonly number[]) => [...new Set(values)];
const untilStep = (id: OperationId, step: number) =>
  eventually(async () => (await bench.steps(id)).length >= step, { within: 20_000, what: `step ${step}` });
const untilEnded = async (id: OperationId, within = 30_000) => {
  const ended = async () => {
    const operation = await bench.find(id);
    return operation.finished_at === null ? false : operation;
  };
  return eventually(ended, { within, what: 'the end of the operation' });
};
/** Two workers are there, and one of them is at it. */
const begunByOneOfTwo = async () => {
  const [one, two] = [await bench.worker(), await bench.worker()];
  const id = await bench.ask({ size: 60, stepMs: 50 });
  await untilStep(id, 5);
  const [begun] = await bench.steps(id);
  return [id, begun?.process === one.pid ? { owner: one, other: two } : { owner: two, other: one }] as const;
};
/** Every step was done, in order; at most one twice: the one that had no checkpoint yet. */
const expectCounted = (steps: readonly Step[], size: number) => {
  expect(distinct(steps.map(({ step }) => step))).toEqual(upTo(size));
  expect(steps.length).toBeLessThanOrEqual(size + 1);
};

describe('O-1 an operation whose worker falls', () => {
  it('by kill -9 is finished by another one, from the last checkpoint, when the lease has run out', async () => {
    const [id, { owner, other }] = await begunByOneOfTwo();
    owner.kill('SIGKILL');
    const killedAt = Date.now();
    await eventually(async () => (await bench.steps(id)).some(({ process }) => process === other.pid), {
      within: 20_000,
      what: 'a step of the other worker',
    });
    expect(Date.now() - killedAt).toBeLessThan(13_000);
    expect(await untilEnded(id)).toMatchObject({ state: 'succeeded', result: { by: other.pid }, progress: { done: 60, total: 60 } });
    const steps = await bench.steps(id);
    expectCounted(steps, 60);
    expect(distinct(steps.map(({ process }) => process))).toEqual([owner.pid, other.pid]);
  });

  it('asleep goes on without it; awake again it writes nothing any more, and says so', async () => {
    const first = await bench.worker();
    const id = await bench.ask({ size: 40, stepMs: 50 });
    await untilStep(id, 5);
    first.kill('SIGSTOP');
    await bench.lapse(id);
    const second = await bench.worker();
    const ended = await untilEnded(id);
    const done = (await bench.steps(id)).length;
    first.kill('SIGCONT');
    await eventually(() => first.output.includes('lost to another worker'), { within: 20_000, what: 'that it says so' });
    expect(ended).toMatchObject({ state: 'succeeded', result: { by: second.pid } });
    expect(await bench.find(id)).toEqual(ended);
    const steps = await bench.steps(id);
    expectCounted(steps.slice(0, done), 40);
    // It may have been stopped before a step, which it then did: steps bear it. What it cannot do is go on.
    expect(steps.length - done).toBeLessThanOrEqual(1);
  });

  it('asleep in mid-operation and awake while the other is still at it: the two never go on together', async () => {
    const first = await bench.worker();
    const id = await bench.ask({ size: 60, stepMs: 50 });
    await untilStep(id, 5);
    first.kill('SIGSTOP');
    await bench.lapse(id);
    const second = await bench.worker();
    await eventually(async () => (await bench.steps(id)).some(({ process }) => process === second.pid), { within: 20_000 });
    first.kill('SIGCONT');
    expect(await untilEnded(id)).toMatchObject({ result: { by: second.pid } });
    const steps = await bench.steps(id);
    const tookOver = steps.findIndex(({ process }) => process === second.pid);
    expect(steps.slice(tookOver).filter(({ process }) => process === first.pid).length).toBeLessThanOrEqual(1);
    expect(distinct(steps.map(({ step }) => step)).sort((a, b) => a - b)).toEqual(upTo(60));
  });

  it('by a clean stop goes on at once, without waiting for a lease', async () => {
    const [id, { owner, other }] = await begunByOneOfTwo();
    const stoppedAt = Date.now();
    owner.kill('SIGTERM');
    await eventually(async () => (await bench.steps(id)).some(({ process }) => process === other.pid), { within: 8_000 });
    expect(Date.now() - stoppedAt).toBeLessThan(4_000);
    expect(await untilEnded(id)).toMatchObject({ state: 'succeeded', attempts: 1 });
    expectCounted(await bench.steps(id), 60);
  });
});

describe('O-1 two workers', () => {
  it('never do the same operation, however many they are asked for', async () => {
    await Promise.all([bench.worker(), bench.worker()]);
    const ids = await Promise.all(upTo(12).map(() => bench.ask({ size: 5, stepMs: 10 })));
    for (const id of ids) expect(await untilEnded(id)).toMatchObject({ state: 'succeeded', attempts: 1 });
    const all: Step[][] = [];
    for (const id of ids) all.push(await bench.steps(id));
    for (const steps of all) {
      expect(steps.map(({ step }) => step)).toEqual(upTo(5));
      expect(distinct(steps.map(({ process }) => process))).toHaveLength(1);
    }
    expect(distinct(all.flat().map(({ process }) => process))).toHaveLength(2);
  });
});

describe('O-1 while it runs', () => {
  it('it is cancelled within a moment, and what it had done stays', async () => {
    await bench.worker();
    const id = await bench.ask({ size: 10_000, stepMs: 20 });
    await untilStep(id, 5);
    const cancelledAt = Date.now();
    await bench.cancel(id);
    const ended = await untilEnded(id, 8_000);
    expect(Date.now() - cancelledAt).toBeLessThan(2_500);
    expect(ended).toMatchObject({ state: 'cancelled', result: null, progress: { total: 10_000, step: 'counting' } });
    const { length } = await bench.steps(id);
    await bench.worker();
    const next = await bench.ask({ size: 1, stepMs: 1 });
    await untilEnded(next);
    expect((await bench.steps(id)).length).toBe(length);
  });

  it('it survives that every connection of its worker is cut', async () => {
    await bench.worker();
    const id = await bench.ask({ size: 60, stepMs: 30 });
    await untilStep(id, 5);
    await bench.owner.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
    );
    expect(await untilEnded(id)).toMatchObject({ state: 'succeeded', attempts: 1 });
    const steps = await bench.steps(id);
    expect(distinct(steps.map(({ step }) => step))).toEqual(upTo(60));
  });
});

describe('O-1 asked for at the same time', () => {
  it('of those that exclude each other one is taken, and the other named', async () => {
    const asked = await Promise.allSettled(upTo(8).map(() => bench.ask({ size: 1, stepMs: 1 }, 'the only one')));
    const taken = asked.filter(({ status }) => status === 'fulfilled');
    expect(taken).toHaveLength(1);
    const [{ value: id }] = taken as [PromiseFulfilledResult<OperationId>];
    const refused = asked.filter((outcome) => outcome.status === 'rejected').map(({ reason }) => reason as object);
    expect(refused).toEqual(Array(7).fill(expect.objectContaining({ code: 'operation_in_progress', running: id })));
    await bench.cancel(id);
    await eventuallyPasses(async () => expect((await bench.find(id)).state).toBe('cancelled'));
  });
});
