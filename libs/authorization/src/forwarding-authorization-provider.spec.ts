import { describe, expect, it } from 'vitest';
import { ForwardingAuthorizationProvider } from './forwarding-authorization-provider.ts';
import { edge, FakeAuthorizationProvider, question } from './testing.ts';

class Forwarding extends ForwardingAuthorizationProvider {}

describe('a provider that forwards', () => {
  it('passes on every argument, the deadline included, and what comes back', async () => {
    const calls: unknown[] = [];
    const told = new Proxy(new FakeAuthorizationProvider(), {
      get: (target, name: 'check' | 'checkBulk' | 'read' | 'write') => {
        return (...given: never[]) => {
          calls.push([name, ...given]);
          return (target[name] as (...args: never[]) => unknown).apply(target, given);
        };
      },
    });
    const graph = new Forwarding(told);
    const [ann, now, options] = [edge('tenant:t#member@user:ann'), { kind: 'fully_consistent' } as const, { deadlineMs: 7 }];
    const ask = question('tenant:t#member@user:ann');
    await graph.write([{ operation: 'touch', relationship: ann }], [], options);
    expect((await graph.check(ask, now, options)).allowed).toBe(true);
    expect((await graph.checkBulk([ask], now, options)).allowed).toEqual([true]);
    const found = [];
    for await (const one of graph.read({ resourceType: 'tenant' }, now)) found.push(one);
    expect(found).toEqual([ann]);
    expect(calls).toEqual([
      ['write', [{ operation: 'touch', relationship: ann }], [], options],
      ['check', ask, now, options],
      ['checkBulk', [ask], now, options],
      ['read', { resourceType: 'tenant' }, now],
    ]);
  });
});
