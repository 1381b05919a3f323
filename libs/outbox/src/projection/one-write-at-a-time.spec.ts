import type { AuthorizationProvider, GraphToken, RelationshipUpdate } from '#authorization';
import { FakeAuthorizationProvider } from '#authorization/testing';
import { describe, expect, it } from 'vitest';
import { OneWriteAtATime } from './one-write-at-a-time.ts';

const touch = (tenant: string): RelationshipUpdate[] => [
  {
    operation: 'touch',
    relationship: { resource: { type: 'tenant', id: tenant }, relation: 'member', subject: { type: 'user', id: 'ada' } },
  },
];

/** Holds every write until it is let go. */
class SlowGraph extends FakeAuthorizationProvider {
  readonly underWay: { tenant: string; end(outcome: 'written' | 'failed'): void }[] = [];

  override write(...[updates]: Parameters<AuthorizationProvider['write']>): Promise<GraphToken> {
    return new Promise((resolve, reject) => {
      const tenant = updates[0]?.relationship.resource.id ?? '';
      const end = (outcome: 'written' | 'failed') =>
        outcome === 'written' ? resolve(`token of ${tenant}` as GraphToken) : reject(new Error(`no ${tenant}`));
      this.underWay.push({ tenant, end });
    });
  }
}

const underWay = (graph: SlowGraph) => graph.underWay.map(({ tenant }) => tenant);
const soon = () => new Promise((resolve) => setImmediate(resolve));

describe('one write at a time', () => {
  it('begins a write when the one before has ended, in the order of the calls', async () => {
    const slow = new SlowGraph();
    const graph = new OneWriteAtATime(slow);
    const writes = ['a', 'b', 'c'].map((tenant) => graph.write(touch(tenant)));
    await soon();
    expect(underWay(slow)).toEqual(['a']);
    slow.underWay[0]?.end('written');
    expect(await writes[0]).toBe('token of a');
    await soon();
    expect(underWay(slow)).toEqual(['a', 'b']);
    slow.underWay[1]?.end('written');
    await writes[1];
    await soon();
    slow.underWay[2]?.end('written');
    expect(await writes[2]).toBe('token of c');
  });

  it('P-3 goes on after a write that failed, and fails only that one', async () => {
    const slow = new SlowGraph();
    const graph = new OneWriteAtATime(slow);
    const [first, second] = [graph.write(touch('a')), graph.write(touch('b'))];
    await soon();
    slow.underWay[0]?.end('failed');
    await expect(first).rejects.toThrow('no a');
    await soon();
    slow.underWay[1]?.end('written');
    expect(await second).toBe('token of b');
  });
});
