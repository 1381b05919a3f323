import { ExecutionContext, type CommitReceipt, type UserId } from '#kernel';
import { createLogger } from '#observability';
import { ReadYourWrites, type Settled } from '#outbox';
import { fastify, type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { settleWrites } from './settle-writes.ts';

class FakeReadYourWrites extends ReadYourWrites {
  readonly waits: number[] = [];
  answer: () => Promise<Settled> = () => Promise.resolve({ token: 'token', applied: true });

  override settle(_receipts: readonly CommitReceipt[], waitMs: number): Promise<Settled> {
    this.waits.push(waitMs);
    return this.answer();
  }

  override resolve = () => Promise.reject(new Error('not asked'));
  override current = () => Promise.reject(new Error('not asked'));
}

const changed: CommitReceipt = { events: [{ position: 1n, bucket: 1, tenantId: null, revoking: false }], replayed: false };

let instance: FastifyInstance;
let readYourWrites: FakeReadYourWrites;
let receipts: readonly CommitReceipt[];

beforeEach(() => {
  readYourWrites = new FakeReadYourWrites();
  receipts = [changed];
  instance = fastify();
  instance.decorateRequest('execution', null);
  settleWrites(instance, { readYourWrites, waitMs: 700, logger: createLogger({ service: 'test', level: 'silent' }) });
  instance.post('/', (request, reply) => {
    request.execution = new ExecutionContext({ kind: 'user', id: 'u' as UserId }, 'r');
    for (const receipt of receipts) request.execution.committed(receipt);
    return reply.code(201).send({ version: 1 });
  });
});
afterEach(() => instance.close());

const post = (headers: Record<string, string> = {}) => instance.inject({ method: 'POST', url: '/', headers });

describe('P-6 read your writes', () => {
  it('P-6 an answer waits for the projection and carries a token', async () => {
    const answer = await post();
    expect(answer.headers).toMatchObject({ 'tenantry-consistency': 'token', 'tenantry-projection': 'applied' });
    expect(readYourWrites.waits).toEqual([700]);
  });

  it('P-6 a projection that does not come in time is a success that says so', async () => {
    readYourWrites.answer = () => Promise.resolve({ token: 'token', applied: false });
    expect(await post()).toMatchObject({ statusCode: 201, headers: { 'tenantry-projection': 'pending', 'tenantry-consistency': 'token' } });
  });

  it('P-6 after the commit nothing is an error', async () => {
    readYourWrites.answer = () => Promise.reject(new Error('PostgreSQL went away'));
    const answer = await post();
    expect(answer).toMatchObject({ statusCode: 201, headers: { 'tenantry-projection': 'pending' } });
    expect(answer.json()).toEqual({ version: 1 });
  });

  it('P-6 respond-async does not wait', async () => {
    const answer = await post({ prefer: 'respond-async' });
    expect(answer.headers).toMatchObject({ 'preference-applied': 'respond-async' });
    expect(readYourWrites.waits).toEqual([0]);
  });

  it('P-6 a replayed answer says so, waits for what the first one changed, and carries a token too', async () => {
    receipts = [{ ...changed, replayed: true }];
    expect((await post()).headers).toMatchObject({ 'idempotency-replayed': 'true', 'tenantry-consistency': 'token' });
    expect(readYourWrites.waits).toEqual([700]);
  });

  it('P-6 an answer that changed nothing, replayed or not, waits for nothing', async () => {
    for (const replayed of [true, false]) {
      receipts = [{ events: [], replayed }];
      expect((await post()).headers).not.toHaveProperty('tenantry-projection');
    }
    expect(readYourWrites.waits).toEqual([]);
  });
});
