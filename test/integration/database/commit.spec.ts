import { executorOf } from '#database';
import { connectDatabase, type DatabaseConnection } from '#database/nest';
import {
  ExecutionContext,
  platformScope,
  type AggregateRoot,
  type CommitReceipt,
  type DomainEvent,
  type IdempotencyRequest,
  type TenantId,
} from '#kernel';
import { actingProduct } from '#kernel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOwnedDatabase, type OwnedDatabase } from './support/owner.ts';

let owned: OwnedDatabase;
let connection: DatabaseConnection;

beforeAll(async () => {
  owned = await createOwnedDatabase();
  connection = await connectDatabase({ url: owned.url, poolSize: 2 });
});
afterAll(async () => {
  await connection.close();
  await owned.drop();
});

const event = (tenantId: string | null, revoking: boolean): DomainEvent => ({
  type: 'test.happened',
  schemaVersion: 1,
  aggregateType: 'test',
  aggregateId: 'x',
  aggregateVersion: 1,
  tenantId: tenantId as TenantId | null,
  revoking,
  payload: {},
  occurredAt: new Date(),
});

const saved = (events: DomainEvent[]) => ({ pullEvents: () => events }) as unknown as AggregateRoot;
const request = (key: string): IdempotencyRequest => ({ key, principal: 'p', fingerprint: 'f' });

/** Does it with a key, and says what came of it. */
async function keyed(key: string, ...events: DomainEvent[]) {
  const context = new ExecutionContext(actingProduct, 'r', { idempotency: request(key) });
  const result = await connection.unitOfWork.run(context, platformScope, (tx) => {
    tx.collect(saved(events));
    return Promise.resolve({ done: key });
  });
  return { result, receipt: context.receipts[0] as CommitReceipt };
}

describe('a commit', () => {
  it('that PostgreSQL answers by a rollback is not taken for one', async () => {
    const context = new ExecutionContext(actingProduct, 'r');
    const running = connection.unitOfWork.run(context, platformScope, async (tx) => {
      await executorOf(tx).query("INSERT INTO idempotency_keys (principal, key, fingerprint) VALUES ('p', 'lost', 'f')");
      await executorOf(tx)
        .query('SELECT 1 / 0')
        .catch(() => undefined);
      return 'done';
    });
    await expect(running).rejects.toThrow('rolled back');
    expect(context.receipts).toEqual([]);
  });

  it('of statements sent together the one that failed is heard of, and decides whether to try again', async () => {
    const deadlocked = `DO $$ BEGIN RAISE EXCEPTION 'as if' USING ERRCODE = 'deadlock_detected'; END $$`;
    let attempts = 0;
    const running = (first: string) =>
      connection.unitOfWork.run(new ExecutionContext(actingProduct, 'r'), platformScope, async (tx) => {
        attempts += 1;
        const failing = executorOf(tx).query(attempts === 1 ? first : 'SELECT 1');
        failing.catch(() => undefined);
        await executorOf(tx).query('SELECT 2');
        return attempts;
      });
    expect(await running(deadlocked)).toBe(2);
    attempts = 0;
    await expect(running('SELECT 1 / 0')).rejects.toThrow('division by zero');
  });
});

describe('what a transaction tells after its commit', () => {
  it('is told once it is committed, of the attempt that was, and harms nobody by failing', async () => {
    const told: string[] = [];
    let attempts = 0;
    await connection.unitOfWork.run(new ExecutionContext(actingProduct, 'r'), platformScope, async (tx) => {
      attempts += 1;
      const attempt = `attempt ${attempts}`;
      tx.afterCommit(() => {
        throw new Error('a hint that fails');
      });
      tx.afterCommit(() => told.push(attempt));
      if (attempts === 1) await executorOf(tx).query(`DO $$ BEGIN RAISE EXCEPTION 'as if' USING ERRCODE = 'deadlock_detected'; END $$`);
      expect(told).toEqual([]);
    });
    expect(told).toEqual(['attempt 2']);
  });

  it('is not told when it was rolled back', async () => {
    const told: string[] = [];
    const running = connection.unitOfWork.run(new ExecutionContext(actingProduct, 'r'), platformScope, (tx) => {
      tx.afterCommit(() => told.push('committed'));
      return Promise.reject(new Error('no'));
    });
    await expect(running).rejects.toThrow('no');
    expect(told).toEqual([]);
  });
});

describe('P-6 a replayed request', () => {
  it('P-6 is given the events of the first one, so that it can be waited for too', async () => {
    const first = await keyed('k', event('t1', true), event(null, false));
    const again = await keyed('k', event('other', false));
    expect(first.receipt).toMatchObject({ replayed: false, events: [{ tenantId: 't1', revoking: true }, { tenantId: null }] });
    expect(again).toEqual({ result: first.result, receipt: { ...first.receipt, replayed: true } });
  });

  it('P-6 that changed nothing has no events', async () => {
    expect([await keyed('none'), await keyed('none')]).toMatchObject([
      { result: { done: 'none' }, receipt: { events: [], replayed: false } },
      { result: { done: 'none' }, receipt: { events: [], replayed: true } },
    ]);
  });

  it('P-6 rings no bell', async () => {
    const rung: CommitReceipt[] = [];
    connection.signals.subscribe((receipt) => rung.push(receipt));
    await keyed('bell', event('t1', false));
    await keyed('bell', event('t1', false));
    expect(rung).toHaveLength(1);
  });
});
