import { PreconditionNotMet, relationshipKey } from '#authorization';
import { FakeAuthorizationProvider } from '#authorization/testing';
import { describe, expect, it } from 'vitest';
import { formatMarker, markerFilter, moveMarker, parseMarker, stillAt } from './marker.ts';

const epoch = '01M7YKFG2GFM335NYDVPBQB9EN';
const marker = { epoch, seq: 9_223_372_036_854_775_807n, nonce: '5f0c' };

describe('a marker', () => {
  it('says epoch, number and who, and is read back as it was written', () => {
    expect(formatMarker(marker)).toBe(`${epoch}-9223372036854775807-5f0c`);
    expect(parseMarker(formatMarker(marker))).toEqual(marker);
  });

  it.each(['', 'x', `${epoch}-1`, `${epoch}--1-a`, `${epoch.toLowerCase()}-1-a`, `${epoch}-1-a b`])('is nothing else: %s', (text) => {
    expect(parseMarker(text)).toBeNull();
  });

  it('P-2 moves once from where it is: whoever expects it elsewhere writes nothing', async () => {
    const graph = new FakeAuthorizationProvider();
    await graph.write(moveMarker(1, null, 'a'), [stillAt(1, null)]);
    await expect(graph.write(moveMarker(1, null, 'b'), [stillAt(1, null)])).rejects.toThrow(PreconditionNotMet);
    await graph.write(moveMarker(1, 'a', 'b'), [stillAt(1, 'a')]);
    await expect(graph.write(moveMarker(1, 'a', 'c'), [stillAt(1, 'a')])).rejects.toThrow(PreconditionNotMet);
    const found: string[] = [];
    for await (const edge of graph.read(markerFilter(1), { kind: 'fully_consistent' })) found.push(relationshipKey(edge));
    expect(found).toEqual(['projection_shard:1#marker@projection_batch:b']);
  });

  it('P-2 is of one shard: another may be where it likes', async () => {
    const graph = new FakeAuthorizationProvider();
    await graph.write(moveMarker(1, null, 'a'), [stillAt(1, null)]);
    await graph.write(moveMarker(11, null, 'a'), [stillAt(11, null)]);
    await expect(graph.write(moveMarker(11, 'a', 'b'), [stillAt(11, 'a')])).resolves.toEqual(expect.any(String));
  });
});
