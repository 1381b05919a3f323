import { AuthorizationUnavailable, InvalidRelationship, relationshipKey, type RelationshipUpdate } from '#authorization';
import { edge, FakeAuthorizationProvider } from '#authorization/testing';
import { FailPoints } from '#database';
import { describe, expect, it } from 'vitest';
import { FakeShardRegistry } from '../testing/fake-shard-registry.ts';
import { formatMarker, markerFilter, moveMarker } from './marker.ts';
import { HoldLost, lossOf, ShardHolder } from './shard-holder.ts';

const shard = 1;
const [older, epoch, newer] = ['01M7YKFG2GFM335NYDVPBQB9EA', '01M7YKFG2GFM335NYDVPBQB9EN', '01M7YKFG2GFM335NYDVPBQB9EZ'];
const touch = (text: string): RelationshipUpdate[] => [{ operation: 'touch', relationship: edge(text) }];

function world() {
  const graph = new FakeAuthorizationProvider();
  const registry = new FakeShardRegistry();
  let nonces = 0;
  const ports = {
    registry,
    graph,
    ensureSchema: () => Promise.resolve(),
    failPoints: FailPoints.none,
    nonce: () => `n${(nonces += 1)}`,
  };
  return { graph, registry, holder: (name: string, more: object = {}) => new ShardHolder(shard, name, { ...ports, ...more }) };
}

async function markers(graph: FakeAuthorizationProvider): Promise<string[]> {
  const found: string[] = [];
  for await (const { subject } of graph.read(markerFilter(shard), { kind: 'fully_consistent' })) found.push(subject.id);
  return found;
}

describe('taking a shard over', () => {
  it('moves the marker on, by one and under another name, and records where it is', async () => {
    const { graph, registry, holder } = world();
    expect(await holder('a').takeOver()).toMatchObject({ epoch, seq: 1n });
    registry.expire(shard);
    expect(await holder('b').takeOver()).toMatchObject({ epoch, seq: 2n });
    expect(await markers(graph)).toEqual([formatMarker({ epoch, seq: 2n, nonce: 'n2' })]);
    expect(registry.rows.get(shard)?.recorded).toEqual({ epoch, seq: 2n });
  });

  it('leaves alone what another holds', async () => {
    const { graph, holder } = world();
    await holder('a').takeOver();
    const before = await markers(graph);
    expect(await holder('b').takeOver()).toBeNull();
    expect(await markers(graph)).toEqual(before);
  });

  it('goes on from the marker when it is ahead of the record: a crash came between', async () => {
    const { registry, holder } = world();
    const crashed = holder('a');
    await crashed.takeOver();
    await crashed.write(touch('tenant:t#member@user:ann'));
    registry.expire(shard);
    expect(await holder('b').takeOver()).toMatchObject({ seq: 3n });
    expect(registry.losses).toEqual([]);
  });

  it("P-2 is nobody's when the lease went elsewhere meanwhile", async () => {
    const { registry, holder } = world();
    const late = holder('a', {
      failPoints: FailPoints.calling(async (name) => {
        if (name === 'after-marker-move') registry.expire(shard);
      }),
    });
    expect(await late.takeOver()).toBeNull();
    expect(late.current).toBeNull();
  });

  it('P-2 fails when another moved the marker between its reading and its moving', async () => {
    const { graph, holder } = world();
    const other = holder('b');
    const late = holder('a', {
      failPoints: FailPoints.calling(async (name) => {
        if (name === 'after-marker-read') await graph.write(moveMarker(shard, null, formatMarker({ epoch, seq: 1n, nonce: 'other' })));
      }),
    });
    await expect(late.takeOver()).rejects.toThrow(HoldLost);
    expect([late.current, other.current]).toEqual([null, null]);
    expect(await markers(graph)).toHaveLength(1);
  });

  it('writes the schema into an engine that has none', async () => {
    const { graph, holder } = world();
    const schema = (await graph.schema.read()) ?? '';
    graph.lose();
    const taking = holder('a', { ensureSchema: () => graph.schema.write(schema) });
    expect(await taking.takeOver()).toMatchObject({ seq: 1n });
  });

  it('opens a new epoch, once, when the graph is not the one that was recorded', async () => {
    const { graph, registry, holder } = world();
    const schema = (await graph.schema.read()) ?? '';
    await holder('a').takeOver();
    registry.expire(shard);
    graph.lose();
    await graph.schema.write(schema);
    const next = holder('b');
    expect(await next.takeOver()).toBeNull();
    expect(registry.losses).toHaveLength(1);
    expect(await next.takeOver()).toMatchObject({ seq: 1n, epoch: registry.epoch });
    expect(registry.epoch > epoch).toBe(true);
  });
});

describe('writing behind the marker', () => {
  it('P-2 is over for whoever lost the shard: nothing lands, and the hold is gone', async () => {
    const { graph, registry, holder } = world();
    const [first, second] = [holder('a'), holder('b')];
    await first.takeOver();
    registry.expire(shard);
    await second.takeOver();
    await expect(first.write(touch('tenant:t#member@user:ann'))).rejects.toThrow(HoldLost);
    expect(first.current).toBeNull();
    expect(await graph.allows('tenant:t#access@user:ann')).toBe(false);
    await second.write(touch('tenant:t#member@user:ben'));
    expect(await graph.allows('tenant:t#access@user:ben')).toBe(true);
    await expect(first.write([])).rejects.toThrow(HoldLost);
  });

  it('P-3 drops the hold after an outage: nobody knows whether it was written', async () => {
    const { graph, holder } = world();
    const working = holder('a');
    await working.takeOver();
    graph.unavailable = true;
    await expect(working.write(touch('tenant:t#member@user:ann'))).rejects.toThrow(AuthorizationUnavailable);
    expect(working.current).toBeNull();
  });

  it('P-4 keeps the hold when an update was refused: nothing was written', async () => {
    const { graph, holder } = world();
    const working = holder('a');
    await working.takeOver();
    const before = await markers(graph);
    const refused = { ...edge('tenant:t#member@user:ann'), subject: { type: 'workspace', id: 'w' } };
    await expect(working.write([{ operation: 'touch', relationship: refused }])).rejects.toThrow(InvalidRelationship);
    expect(working.current).not.toBeNull();
    expect(await markers(graph)).toEqual(before);
    expect(relationshipKey(refused)).toContain('workspace:w');
  });
});

describe('whether the graph was lost', () => {
  const marker = (of: string, seq: bigint) => ({ epoch: of, seq, nonce: 'n' });
  const entered = { epoch, recorded: { epoch, seq: 7n } };

  it.each([
    ['where it was left', entered, marker(epoch, 7n)],
    ['ahead of the record', entered, marker(epoch, 9n)],
    ['first start', { epoch, recorded: null }, null],
    ['a new epoch over an old graph', { epoch, recorded: { epoch: older, seq: 90n } }, marker(older, 91n)],
    ['a new epoch over an empty graph', { epoch, recorded: { epoch: older, seq: 90n } }, null],
  ])('no: %s', (_what, claim, found) => {
    expect(lossOf(claim, found)).toBeNull();
  });

  it.each([
    ['gone', entered, null],
    ['behind the record: a backup of the graph', entered, marker(epoch, 6n)],
    ['of an older epoch: a backup of the graph', entered, marker(older, 800n)],
    ['of a newer epoch: a backup of the database', entered, marker(newer, 1n)],
    ['of a newer epoch, although never entered', { epoch, recorded: null }, marker(newer, 1n)],
  ])('yes: %s', (_what, claim, found) => {
    expect(lossOf(claim, found)).toEqual(expect.any(String));
  });
});
