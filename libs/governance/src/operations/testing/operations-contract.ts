import { platformScope, type Transaction, type UnitOfWork } from '#kernel';
import { actingProduct, anId, contextOf } from '#kernel/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Hold, OperationQueue } from '../application/operation-queue.ts';
import type { OperationView, OperationViews } from '../application/operation-views.ts';
import { OperationInProgress } from '../domain/errors.ts';
import type { NewOperation, OperationRepository } from '../domain/operation-repository.ts';
import type { OperationId } from '../domain/operation.ts';

export interface OperationsHarness {
  readonly unitOfWork: UnitOfWork;
  readonly repository: OperationRepository;
  readonly views: OperationViews;
  readonly queue: OperationQueue;
  /** Its worker has not been heard of since its lease ended, this many seconds ago. */
  lapse(id: OperationId, seconds: number): Promise<void>;
  stop(): Promise<void>;
}

/** What every implementation of the ports of this module promises. Each run starts without operations. */
export function operationsContract(name: string, start: () => Promise<OperationsHarness>): void {
  describe(`operations contract, ${name}`, () => {
    let harness: OperationsHarness;
    /** Tests do not see each other's work. */
    let kind: string;
    let tests = 0;
    beforeAll(async () => {
      harness = await start();
    });
    afterAll(() => harness.stop());
    beforeEach(() => {
      kind = `kind_${'abcdefghijklmnopqrstuvwxyz'[tests]}`;
      tests += 1;
    });

    const inTransaction = <T>(work: (tx: Transaction) => Promise<T>) =>
      harness.unitOfWork.run(contextOf(actingProduct), platformScope, work);
    const insert = async (different: Partial<NewOperation> = {}): Promise<OperationId> => {
      const id = anId<OperationId>();
      const usual = { id, kind, tenantId: null, input: { size: 3 }, exclusive: null, retryOf: null, checkpoint: null } as const;
      const asked = { requestedBy: actingProduct, requestId: 'r', createdAt: new Date() };
      await inTransaction((tx) => harness.repository.insert(tx, { ...usual, ...asked, ...different }));
      return id;
    };
    const claim = async (kinds = [kind], except: OperationId[] = []) => {
      const runner = anId();
      const operation = await harness.queue.claim(runner, kinds, except);
      return operation === null ? null : { ...operation, hold: { runner, id: operation.id } };
    };
    const claimed = async (): Promise<Hold> => {
      const operation = await claim();
      if (operation === null) throw new Error('nothing to claim');
      return operation.hold;
    };
    const view = async (id: OperationId) => (await harness.views.operation(id)) as OperationView;
    const ordered = (id: OperationId, order: 'cancel' | 'look') =>
      inTransaction(async (tx) => {
        const operation = await harness.repository.lock(tx, id);
        if (order === 'cancel') {
          operation?.cancel();
          if (operation) await harness.repository.update(tx, operation, new Date());
        }
        return operation?.snapshot;
      });

    test('what was asked for is shown as it was asked for', async () => {
      const id = await insert();
      expect(await view(id)).toEqual({
        id,
        kind,
        tenant_id: null,
        state: 'pending',
        progress: { done: 0, total: null, step: null },
        input: { size: 3 },
        result: null,
        failure: null,
        requested_by: actingProduct,
        retry_of: null,
        cancel_requested: false,
        attempts: 0,
        waiting_for_worker: false,
        version: 1,
        created_at: expect.stringMatching(/^20.*Z$/),
        started_at: null,
        finished_at: null,
      });
      expect(await harness.views.operation(anId())).toBeNull();
    });

    test('O-1 of those that exclude each other one is open at a time, and the other one is told which', async () => {
      const first = await insert({ exclusive: `only ${kind}` });
      const refused = await insert({ exclusive: `only ${kind}` }).catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(OperationInProgress);
      expect((refused as OperationInProgress).running).toBe(first);
      const hold = await claimed();
      await expect(insert({ exclusive: `only ${kind}` })).rejects.toThrow(OperationInProgress);
      await harness.queue.end(hold, { done: 1, total: 1 }, { state: 'succeeded', result: {} });
      await insert({ exclusive: `only ${kind}` });
    });

    test('O-1 the oldest is claimed first, each by one only, and only by who can do it', async () => {
      const [one, other] = [await insert({ createdAt: new Date(1) }), await insert({ createdAt: new Date(2) })];
      expect(await claim(['no_such'])).toBeNull();
      expect((await claim([kind], [one]))?.id).toBe(other);
      expect(await claim()).toMatchObject({ id: one, kind, input: { size: 3 }, checkpoint: null, attempts: 1, cancelRequested: false });
      expect(await claim()).toBeNull();
    });

    test('O-1 what a worker was last heard of a lease ago is taken by another, who goes on at the checkpoint', async () => {
      const id = await insert();
      const first = await claimed();
      await harness.queue.report(first, { done: 2, total: 9, step: 'second' }, { at: 2 });
      await harness.queue.report(first, { done: 3, total: 9 });
      await harness.lapse(id, 1);
      expect(await harness.queue.renew(first)).toEqual(expect.objectContaining({ cancelRequested: false }));
      expect(await claim()).toBeNull();
      await harness.lapse(id, 1);
      expect(await claim()).toMatchObject({ id, checkpoint: { at: 2 }, progress: { done: 3, total: 9 }, attempts: 2 });
    });

    test('O-1 who lost it changes nothing any more, with no statement', async () => {
      const id = await insert();
      const first = await claimed();
      await harness.lapse(id, 1);
      await claim();
      const before = await view(id);
      expect(await harness.queue.renew(first)).toBeNull();
      expect(await harness.queue.report(first, { done: 9, total: 9 }, 9)).toBeNull();
      expect(await harness.queue.again(first, { done: 9, total: 9 })).toBeNull();
      expect(await harness.queue.giveBack(first, { done: 9, total: 9 })).toBe(false);
      expect(await harness.queue.end(first, { done: 9, total: 9 }, { state: 'succeeded', result: {} })).toBe(false);
      expect(await view(id)).toEqual(before);
    });

    test('O-1 what was given back is there for the next at once, and the attempt does not count', async () => {
      const id = await insert();
      await harness.queue.giveBack(await claimed(), { done: 1, total: 2 });
      expect(await claim()).toMatchObject({ id, attempts: 1, progress: { done: 1, total: 2 } });
    });

    test("O-1 what rests is nobody's until its time has come, and ends at once when it is cancelled meanwhile", async () => {
      const id = await insert();
      const other = await insert();
      await harness.queue.giveBack(await claimed(), { done: 1, total: 2, step: 'waits' }, 3_600_000);
      expect(await view(id)).toMatchObject({ state: 'running', progress: { step: 'waits' } });
      expect((await claim())?.id).toBe(other);
      expect(await claim()).toBeNull();
      await harness.lapse(id, 1);
      expect(await claim()).toMatchObject({ id, attempts: 1 });
      const rests = await insert();
      await harness.queue.giveBack(await claimed(), { done: 0, total: 2 }, 3_600_000);
      expect(await ordered(rests, 'cancel')).toMatchObject({ held: false, state: 'cancelled' });
    });

    test('O-1 attempts are counted until it gets on', async () => {
      await insert();
      const hold = await claimed();
      expect(await harness.queue.again(hold, { done: 0, total: 2 })).toBe(2);
      await harness.queue.report(hold, { done: 1, total: 2 });
      expect(await harness.queue.again(hold, { done: 1, total: 2 })).toBe(3);
      await harness.queue.report(hold, { done: 1, total: 2 }, null);
      expect(await harness.queue.again(hold, { done: 1, total: 2 })).toBe(2);
    });

    test.each([
      [
        { state: 'succeeded', result: { checked: 3 } },
        { result: { checked: 3 }, failure: null },
      ],
      [
        { state: 'failed', failure: { code: 'no_luck', message: 'No.' } },
        { result: null, failure: { code: 'no_luck', message: 'No.' } },
      ],
      [{ state: 'cancelled' }, { result: null, failure: null }],
    ] as const)('an end is for good: %j', async (outcome, shown) => {
      const id = await insert();
      const hold = await claimed();
      expect(await harness.queue.end(hold, { done: 3, total: 3, step: 'last' }, outcome)).toBe(true);
      const ended = await view(id);
      expect(ended).toMatchObject({ state: outcome.state, progress: { done: 3, step: 'last' }, version: 3, ...shown });
      expect(ended.finished_at).not.toBeNull();
      expect(await harness.queue.end(hold, { done: 0, total: 3 }, { state: 'cancelled' })).toBe(false);
      expect([await claim(), await view(id)]).toEqual([null, ended]);
    });

    test('O-1 cancelled before anybody began it: it ends there and then', async () => {
      const id = await insert();
      await ordered(id, 'cancel');
      expect(await view(id)).toMatchObject({ state: 'cancelled', version: 2, finished_at: expect.any(String) });
      expect(await claim()).toBeNull();
    });

    test('O-1 cancelled under way: its worker hears of it with whatever it says next', async () => {
      const id = await insert();
      const hold = await claimed();
      await ordered(id, 'cancel');
      expect(await view(id)).toMatchObject({ state: 'running', cancel_requested: true });
      expect(await harness.queue.renew(hold)).toMatchObject({ cancelRequested: true });
      expect(await harness.queue.report(hold, { done: 1, total: 2 })).toMatchObject({ cancelRequested: true });
      await harness.queue.giveBack(hold, { done: 1, total: 2 });
      expect(await claim()).toMatchObject({ cancelRequested: true });
    });

    test('O-1 cancelled after its worker fell: it ends, and the worker that wakes up changes nothing', async () => {
      const id = await insert();
      const hold = await claimed();
      expect(await ordered(id, 'look')).toMatchObject({ held: true });
      await harness.lapse(id, 1);
      expect(await ordered(id, 'cancel')).toMatchObject({ held: false, state: 'cancelled' });
      expect(await harness.queue.report(hold, { done: 1, total: 2 }, 1)).toBeNull();
      expect((await view(id)).state).toBe('cancelled');
    });

    test('a retry names the old one and begins with its checkpoint; the old one knows its open retry', async () => {
      const old = await insert();
      const hold = await claimed();
      await harness.queue.report(hold, { done: 1, total: 2 }, { at: 1 });
      await harness.queue.end(hold, { done: 1, total: 2 }, { state: 'cancelled' });
      const stored = await ordered(old, 'look');
      expect(stored).toMatchObject({ checkpoint: { at: 1 }, input: { size: 3 }, state: 'cancelled' });
      const open = () => inTransaction((tx) => harness.repository.openRetryOf(tx, old));
      expect(await open()).toBeNull();
      const retry = await insert({ retryOf: old, checkpoint: stored?.checkpoint ?? null });
      expect([await open(), (await view(retry)).retry_of]).toEqual([retry, old]);
      expect((await claim())?.checkpoint).toEqual({ at: 1 });
    });

    test('lists are newest first, by kind and state, page by page', async () => {
      const ids = [await insert(), await insert(), await insert()];
      await ordered(ids[1] as OperationId, 'cancel');
      const first = await harness.views.operations({ kind, limit: 2 });
      expect(first.rows.map(({ id }) => id)).toEqual([ids[2], ids[1]]);
      const second = await harness.views.operations({ kind, limit: 2, after: first.next ?? '' });
      expect([second.rows.map(({ id }) => id), second.next]).toEqual([[ids[0]], null]);
      const cancelled = await harness.views.operations({ kind, state: 'cancelled', limit: 9 });
      expect(cancelled.rows.map(({ id }) => id)).toEqual([ids[1]]);
    });
  });

  describe(`operations contract, ${name}: who waits for a worker`, () => {
    test('O-1 is told so after five seconds, unless workers are busy with other things', async () => {
      const { unitOfWork, repository, views, queue, lapse, stop } = await start();
      const ask = async (id: OperationId, createdAt: Date) => {
        const what = { id, kind: 'some', tenantId: null, input: {}, exclusive: null, retryOf: null, checkpoint: null };
        const asked = { requestedBy: actingProduct, requestId: 'r', createdAt };
        await unitOfWork.run(contextOf(actingProduct), platformScope, (tx) => repository.insert(tx, { ...what, ...asked }));
        return id;
      };
      const waits = async (id: OperationId) => (await views.operation(id))?.waiting_for_worker;
      const long = await ask(anId(), new Date(Date.now() - 60_000));
      const young = await ask(anId(), new Date());
      expect([await waits(long), await waits(young)]).toEqual([true, false]);
      const runner = anId();
      await queue.claim(runner, ['some'], [long]);
      expect([await waits(long), await waits(young)]).toEqual([false, false]);
      await lapse(young, 2);
      expect([await waits(long), await waits(young)]).toEqual([true, false]);
      await lapse(young, 6);
      expect(await waits(young)).toBe(true);
      await queue.end({ runner, id: young }, { done: 0, total: null }, { state: 'cancelled' });
      expect(await waits(young)).toBe(false);
      await stop();
    });
  });
}
