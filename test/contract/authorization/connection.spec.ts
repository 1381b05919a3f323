import { AuthorizationUnavailable, readGraphSchema, type AuthorizationProvider } from '#authorization';
import { connectSpiceDb, type SpiceDbConnection } from '#authorization/nest';
import { edge, question } from '#authorization/testing';
import { v1 } from '@authzed/authzed-node';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { createTestGraph } from '../../support/test-graph.ts';
import { Relay } from './relay.ts';
import { SlowEngine } from './slow-engine.ts';

const now = { kind: 'fully_consistent' } as const;
const ask = question('tenant:t#access@user:ann');

describe('the connection to SpiceDB', () => {
  const cleanUp: (() => unknown)[] = [];
  afterEach(async () => {
    for (const clean of cleanUp.splice(0).reverse()) await clean();
  });

  const connectTo = (endpoint: string, token: string): SpiceDbConnection => {
    const connection = connectSpiceDb({ endpoint, token, insecure: true });
    cleanUp.push(() => connection.close());
    return connection;
  };
  const unusedRelay = async () => {
    const { spicedbEndpoint, spicedbToken } = inject('stack');
    const relay = await Relay.to(spicedbEndpoint);
    cleanUp.push(() => relay.close());
    return { relay, connection: connectTo(relay.endpoint, spicedbToken) };
  };
  const relayed = async () => {
    const { relay, connection } = await unusedRelay();
    await connection.schema.write(readGraphSchema());
    return { relay, graph: connection.provider };
  };
  const answers = (graph: AuthorizationProvider) =>
    graph.check(ask, now).then(
      () => true,
      () => false,
    );

  it('a wrong key is an outage, not a no', async () => {
    const { spicedbEndpoint } = inject('stack');
    const { provider, schema } = connectTo(spicedbEndpoint, 'wrong');
    await expect(provider.check(ask, now)).rejects.toBeInstanceOf(AuthorizationUnavailable);
    await expect(provider.write([{ operation: 'touch', relationship: edge('tenant:t#member@user:ann') }])).rejects.toBeInstanceOf(
      AuthorizationUnavailable,
    );
    await expect(schema.read()).rejects.toBeInstanceOf(AuthorizationUnavailable);
  });

  it('Z-3 an engine that takes the call and never answers is an outage after the deadline', async () => {
    const { relay, graph } = await relayed();
    expect(await answers(graph)).toBe(true);
    relay.vanish();
    for (const [options, atLeast, atMost] of [
      [undefined, 900, 2_500],
      [{ deadlineMs: 150 }, 100, 900],
    ] as const) {
      const start = performance.now();
      await expect(graph.check(ask, now, options)).rejects.toBeInstanceOf(AuthorizationUnavailable);
      expect(performance.now() - start).toBeGreaterThan(atLeast);
      expect(performance.now() - start).toBeLessThan(atMost);
    }
  });

  it('P-3 answers again within 5 s of the return of a host that vanished without a word', async () => {
    const { relay, graph } = await relayed();
    expect(await answers(graph)).toBe(true);
    relay.vanish();
    expect(await answers(graph)).toBe(false);
    expect(await answers(graph)).toBe(false);
    relay.return();
    await eventually(() => answers(graph), { within: 5_000, what: 'a check after the return' });
  });

  it('P-3 answers again within 5 s of the return of a host that left attempts to connect hanging, too', async () => {
    const { relay, graph } = await relayed();
    expect(await answers(graph)).toBe(true);
    relay.vanish();
    const back = Date.now() + 6_000;
    await eventually(async () => !(await answers(graph)) && relay.swallowed > 0 && Date.now() >= back, { within: 15_000, every: 100 });
    relay.return();
    await eventually(() => answers(graph), { within: 5_000, what: 'a check after the return' });
  });

  it('P-3 tries to connect again about twice a second, and never 2 s apart, for as long as the engine is down', async () => {
    const { relay, graph } = await relayed();
    expect(await answers(graph)).toBe(true);
    relay.refuse();
    const enough = Date.now() + 9_000;
    await eventually(async () => !(await answers(graph)) && Date.now() >= enough, { within: 12_000, every: 50 });
    const attempts = [...relay.refusedAt, performance.now()];
    const pauses = attempts.slice(1).map((at, index) => at - attempts[index]!);
    expect(Math.max(...pauses)).toBeLessThan(2_000);
    expect(pauses.reduce((sum, pause) => sum + pause, 0) / pauses.length).toBeLessThan(500);
  });

  it('a schema call for which the engine takes long is not cut by pings that are too many for it', async () => {
    const answer = v1.ReadSchemaResponse.toBinary(v1.ReadSchemaResponse.create({ schemaText: 'definition user {}' }));
    const engine = await SlowEngine.listen(12_500, answer);
    cleanUp.push(() => engine.close());
    expect(await connectTo(engine.endpoint, 'key').schema.read()).toBe('definition user {}');
    expect(engine.hungUp).toBe(0);
  });

  it('P-3 a schema call does not wait for a host that leaves the attempt to connect hanging', async () => {
    const { relay, connection } = await unusedRelay();
    const { schema } = connection;
    relay.vanish();
    const began = performance.now();
    await expect(schema.read()).rejects.toBeInstanceOf(AuthorizationUnavailable);
    expect(performance.now() - began).toBeLessThan(5_000);
    expect(relay.swallowed).toBeGreaterThan(0);
    relay.return();
    await expect(schema.read()).resolves.not.toThrow();
  });

  it('after it was closed, every call is an outage', async () => {
    const { spicedbEndpoint, spicedbToken } = inject('stack');
    const { provider, schema, close } = connectTo(spicedbEndpoint, spicedbToken);
    await schema.read();
    close();
    await expect(provider.check(ask, now)).rejects.toBeInstanceOf(AuthorizationUnavailable);
    await expect(provider.checkBulk([ask], now)).rejects.toBeInstanceOf(AuthorizationUnavailable);
    await expect(provider.read({ resourceType: 'tenant' }, now)[Symbol.asyncIterator]().next()).rejects.toBeInstanceOf(
      AuthorizationUnavailable,
    );
    await expect(provider.write([{ operation: 'touch', relationship: edge('tenant:t#member@user:ann') }])).rejects.toBeInstanceOf(
      AuthorizationUnavailable,
    );
    await expect(schema.read()).rejects.toBeInstanceOf(AuthorizationUnavailable);
  });

  it('P-3 answers again within 5 s of the return of an engine that was down for a while', async () => {
    const engine = await createTestGraph();
    cleanUp.push(() => engine.stop());
    const { provider: graph, schema } = connectTo(engine.endpoint, engine.token);
    await schema.write(readGraphSchema());
    expect(await answers(graph)).toBe(true);
    await engine.kill();
    // Long enough that a backoff growing without a bound would be in the middle of a pause of many seconds.
    const back = Date.now() + 11_000;
    await eventually(async () => !(await answers(graph)) && Date.now() >= back, {
      within: 15_000,
      every: 100,
      what: 'the end of the outage',
    });
    await engine.restart();
    const writesAndAnswers = async () => {
      await schema.write(readGraphSchema());
      return answers(graph);
    };
    await eventually(writesAndAnswers, { within: 5_000, what: 'a schema write and a check after the return' });
  });
});
