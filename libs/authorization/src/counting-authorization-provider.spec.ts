import { describe, expect, it } from 'vitest';
import { CountingAuthorizationProvider, EngineCallLog, EngineCallObserver, type EngineCall } from './counting-authorization-provider.ts';
import { AuthorizationUnavailable } from './errors.ts';
import { edge, question } from './testing/edge-notation.ts';
import { FakeAuthorizationProvider } from './testing/fake-authorization-provider.ts';

const now = { kind: 'fully_consistent' } as const;

class Seen extends EngineCallObserver {
  readonly all: [EngineCall, number][] = [];

  override called(call: EngineCall, items: number): void {
    this.all.push([call, items]);
  }
}

describe('CountingAuthorizationProvider', () => {
  it('tells of every call once, with its size, and passes everything through', async () => {
    const seen = new Seen();
    const graph = new CountingAuthorizationProvider(new FakeAuthorizationProvider(), seen);
    const ann = edge('tenant:t#member@user:ann');
    await graph.write([{ operation: 'touch', relationship: ann }], [{ operation: 'must_not_match', filter: { resourceType: 'tenant' } }]);
    expect((await graph.check(question('tenant:t#access@user:ann'), now)).allowed).toBe(true);
    expect((await graph.checkBulk([question('tenant:t#access@user:ann'), question('tenant:t#access@user:bob')], now)).allowed).toEqual([
      true,
      false,
    ]);
    const found = [];
    for await (const relationship of graph.read({ resourceType: 'tenant' }, now)) found.push(relationship);
    expect(found).toEqual([ann]);
    expect(seen.all).toEqual([
      ['write', 1],
      ['check', 1],
      ['check_bulk', 2],
      ['read', 1],
    ]);
  });

  it('counts what fails, too', async () => {
    const inner = new FakeAuthorizationProvider();
    inner.unavailable = true;
    const log = new EngineCallLog();
    const graph = new CountingAuthorizationProvider(inner, log);
    await expect(graph.check(question('tenant:t#access@user:ann'), now)).rejects.toBeInstanceOf(AuthorizationUnavailable);
    expect(log.calls).toEqual(['check']);
    log.reset();
    expect(log.calls).toEqual([]);
  });
});
