import type { TenantId } from '#kernel';
import { beforeEach, describe, expect, it } from 'vitest';
import { AccessDecision, EpochSource, FreshnessSource, type DecisionContext } from './access-decision.ts';
import type { Consistency } from './authorization-provider.ts';
import { CountingAuthorizationProvider, EngineCallLog } from './counting-authorization-provider.ts';
import { AuthorizationUnavailable, GraphNotCurrent, GraphSchemaMissing } from './errors.ts';
import { edge, question } from './testing/edge-notation.ts';
import { FakeAuthorizationProvider } from './testing/fake-authorization-provider.ts';

class KnownRevocations extends FreshnessSource {
  answer: Consistency = { kind: 'minimize_latency' };
  askedFor: string | null | undefined;

  override freshness(tenantId: TenantId | null): Consistency {
    this.askedFor = tenantId;
    return this.answer;
  }
}

class KnownEpoch extends EpochSource {
  epoch: string | null = 'E1';
  doubted = false;

  override isDoubted(): boolean {
    return this.doubted;
  }

  override async current(): Promise<string | null> {
    return this.epoch;
  }
}

const tenantId = 't' as TenantId;
const inTenant: DecisionContext = { tenantId };
const mayView = [question('workspace:w#view@user:ann')];
const current = 'projection_epoch:E1#current@projection_probe:probe';

describe('AccessDecision', () => {
  let graph: FakeAuthorizationProvider;
  let log: EngineCallLog;
  let revocations: KnownRevocations;
  let epochs: KnownEpoch;
  let access: AccessDecision;

  beforeEach(async () => {
    graph = new FakeAuthorizationProvider();
    log = new EngineCallLog();
    revocations = new KnownRevocations();
    epochs = new KnownEpoch();
    access = new AccessDecision(new CountingAuthorizationProvider(graph, log), revocations, epochs);
    await graph.holding(
      current,
      'workspace:w#tenant@tenant:t',
      'workspace:w#viewer@user:ann',
      'tenant:t#member@user:ann',
      'tenant:t#member@user:bob',
    );
  });

  const drop = (text: string) => graph.write([{ operation: 'delete', relationship: edge(text) }]);

  it('P-10 while a restored graph may hold what no row makes, not even its yes is believed, and it is not asked', async () => {
    epochs.doubted = true;
    await expect(access.decide(mayView, inTenant)).rejects.toBeInstanceOf(GraphNotCurrent);
    await expect(access.select(question('tenant:t#access@user:ann'), mayView, inTenant)).rejects.toBeInstanceOf(GraphNotCurrent);
    expect(log.calls).toEqual([]);
  });

  it('a yes is one engine call, the fast one', async () => {
    expect(await access.decide(mayView, inTenant)).toEqual({ outcome: 'allowed' });
    expect(log.calls).toEqual(['check']);
    expect(revocations.askedFor).toBe('t');
  });

  it('several requests are one engine call too, and all of them must hold', async () => {
    const both = [...mayView, question('tenant:t#access@user:ann')];
    expect(await access.decide(both, inTenant)).toEqual({ outcome: 'allowed' });
    expect(log.calls).toEqual(['check_bulk']);
    expect((await access.decide([...both, question('tenant:t#administrate@user:ann')], inTenant)).outcome).toBe('denied');
  });

  it('a no is asked once more, of the newest state, with its explanation in the same call', async () => {
    const explainBy = [question('workspace:w#see@user:bob'), question('tenant:t#access@user:bob')];
    const decision = await access.decide([question('workspace:w#view@user:bob')], { ...inTenant, explainBy });
    expect(decision).toEqual({ outcome: 'denied', explanation: [false, true] });
    expect(log.calls).toEqual(['check', 'check_bulk']);
  });

  it('P-6 a grant that the fast answer has not seen yet is found by the second question', async () => {
    graph.staleBy = 3;
    await graph.holding('workspace:w#viewer@user:bob');
    expect(await access.decide([question('workspace:w#view@user:bob')], inTenant)).toEqual({ outcome: 'allowed' });
  });

  it('P-7 a revocation this process knows of is not overlooked by a fast answer', async () => {
    graph.staleBy = 5;
    const revoked = await drop('tenant:t#member@user:ann');
    revocations.answer = { kind: 'at_least_as_fresh', token: revoked };
    expect((await access.decide(mayView, inTenant)).outcome).toBe('denied');
    revocations.answer = { kind: 'fully_consistent' };
    expect((await access.decide(mayView, inTenant)).outcome).toBe('denied');
  });

  it('P-6 what the caller has seen is not overlooked either', async () => {
    graph.staleBy = 5;
    const token = await drop('workspace:w#viewer@user:ann');
    const seen: DecisionContext = { tenantId, freshnessFromCaller: { kind: 'at_least_as_fresh', token } };
    expect((await access.decide(mayView, seen)).outcome).toBe('denied');
  });

  it('P-6 two tokens, which cannot be ordered, ask for the newest state', async () => {
    graph.staleBy = 5;
    const callers = await graph.holding('tenant:t#member@user:eve');
    const known = await graph.holding('tenant:t#member@user:mallory');
    await drop('tenant:t#member@user:ann');
    revocations.answer = { kind: 'at_least_as_fresh', token: known };
    const seen: DecisionContext = { tenantId, freshnessFromCaller: { kind: 'at_least_as_fresh', token: callers } };
    expect((await access.decide(mayView, seen)).outcome).toBe('denied');
  });

  it('asked of the newest state at once, yes and no are one engine call each', async () => {
    revocations.answer = { kind: 'fully_consistent' };
    expect((await access.decide(mayView, inTenant)).outcome).toBe('allowed');
    expect((await access.decide([question('workspace:w#view@user:bob')], inTenant)).outcome).toBe('denied');
    expect(log.calls).toEqual(['check_bulk', 'check_bulk']);
  });

  it('Z-3 a graph that lost its relationships says "not now", never no', async () => {
    graph.lose();
    await graph.schema.write(await new FakeAuthorizationProvider().schema.read().then((text) => text ?? ''));
    await expect(access.decide(mayView, inTenant)).rejects.toBeInstanceOf(GraphNotCurrent);
    await expect(access.decide(mayView, inTenant)).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'authorization_unavailable',
      retryAfterSeconds: 1,
    });
  });

  it('Z-3 a graph of an older epoch is not believed when it is asked for the newest state, not even its yes', async () => {
    epochs.epoch = 'E2';
    revocations.answer = { kind: 'fully_consistent' };
    await expect(access.decide(mayView, inTenant)).rejects.toBeInstanceOf(GraphNotCurrent);
  });

  it('Z-3 no epoch was ever current: not now, without asking', async () => {
    epochs.epoch = null;
    graph.lose();
    await expect(access.decide(mayView, inTenant)).rejects.toBeInstanceOf(GraphSchemaMissing);
    revocations.answer = { kind: 'fully_consistent' };
    log.reset();
    await expect(access.decide(mayView, inTenant)).rejects.toBeInstanceOf(GraphNotCurrent);
    expect(log.calls).toEqual([]);
  });

  it('Z-3 an outage is an outage, on the first question and on the second', async () => {
    graph.unavailable = true;
    await expect(access.decide(mayView, inTenant)).rejects.toBeInstanceOf(AuthorizationUnavailable);
    revocations.answer = { kind: 'fully_consistent' };
    await expect(access.decide(mayView, inTenant)).rejects.toBeInstanceOf(AuthorizationUnavailable);
  });

  it('a token from a graph that was replaced falls back to the newest state', async () => {
    const freshnessFromCaller = { kind: 'at_least_as_fresh', token: 'of another time' } as unknown as Consistency;
    expect((await access.decide(mayView, { tenantId, freshnessFromCaller })).outcome).toBe('allowed');
    expect((await access.decide([question('workspace:w#view@user:bob')], { tenantId, freshnessFromCaller })).outcome).toBe('denied');
    expect(log.calls).toEqual(['check', 'check_bulk', 'check', 'check_bulk']);
  });

  it('nothing to decide is not a yes', async () => {
    await expect(access.decide([], inTenant)).rejects.toBeInstanceOf(RangeError);
    revocations.answer = { kind: 'fully_consistent' };
    await expect(access.decide([], inTenant)).rejects.toBeInstanceOf(RangeError);
  });

  describe('a list and its rows', () => {
    const list = question('tenant:t#access@user:ann');
    const row = (id: string) => question(`workspace:${id}#view@user:ann`);
    const [w, other, absent] = [row('w'), row('other'), row('absent')];

    beforeEach(async () => {
      await graph.holding('workspace:other#tenant@tenant:t', 'workspace:other#viewer@user:ann');
      log.reset();
    });

    it('W-7 nothing denied is one engine call, whatever the number of rows', async () => {
      expect(await access.select(list, [w, other], inTenant)).toEqual({ outcome: 'allowed', shown: [true, true] });
      expect(log.calls).toEqual(['check_bulk']);
      expect(await access.select(list, [], inTenant)).toEqual({ outcome: 'allowed', shown: [] });
      expect(log.calls).toEqual(['check_bulk', 'check']);
    });

    it('W-7 only what was denied is asked once more, of the newest state and in its place', async () => {
      expect(await access.select(list, [w, absent, other], inTenant)).toEqual({ outcome: 'allowed', shown: [true, false, true] });
      expect(log.items).toEqual([4, 2]);
    });

    it('P-6 a row that the fast answer has not seen yet is shown', async () => {
      graph.staleBy = 3;
      await graph.holding('workspace:new#tenant@tenant:t', 'workspace:new#viewer@user:ann');
      expect(await access.select(list, [row('new'), w], inTenant)).toEqual({ outcome: 'allowed', shown: [true, true] });
    });

    it('a list that may not be read is a denial with its explanation', async () => {
      const explainBy = [question('workspace:w#see@user:ann'), question('tenant:t#administrate@user:ann')];
      const decision = await access.select(question('workspace:w#own@user:ann'), [w, absent], { ...inTenant, explainBy });
      expect(decision).toEqual({ outcome: 'denied', explanation: [true, false] });
    });

    it('P-7 shortly after a revocation all is asked of the newest state, in one call', async () => {
      revocations.answer = { kind: 'fully_consistent' };
      expect(await access.select(list, [absent, w], inTenant)).toEqual({ outcome: 'allowed', shown: [false, true] });
      expect(log.calls).toEqual(['check_bulk']);
    });

    it('Z-3 a graph that lost its relationships makes no list shorter, and none empty', async () => {
      await drop(current);
      await drop('workspace:w#viewer@user:ann');
      await expect(access.select(list, [w, other], inTenant)).rejects.toBeInstanceOf(GraphNotCurrent);
      await drop('tenant:t#member@user:ann');
      await expect(access.select(list, [], inTenant)).rejects.toBeInstanceOf(GraphNotCurrent);
      graph.unavailable = true;
      await expect(access.select(list, [w], inTenant)).rejects.toBeInstanceOf(AuthorizationUnavailable);
    });
  });
});
