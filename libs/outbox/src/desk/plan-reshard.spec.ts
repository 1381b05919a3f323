import { platformBucket } from '#database';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dataShards, planReshard, type BucketPlace } from './plan-reshard.ts';

const platform = { bucket: platformBucket, shard: 4 };
const spread = (place: (bucket: number) => number | null): BucketPlace[] => [
  ...Array.from({ length: 256 }, (_, bucket) => ({ bucket, shard: place(bucket) })),
  platform,
];
const after = (map: readonly BucketPlace[], shards: readonly number[]) => {
  const moved = new Map(planReshard(map, shards).map(({ bucket, shard }) => [bucket, shard]));
  return map.map(({ bucket, shard }) => ({ bucket, shard: moved.get(bucket) ?? shard }));
};
const sizes = (map: readonly BucketPlace[], shards: readonly number[]) =>
  shards.map((shard) => map.filter((place) => place.shard === shard && place.bucket !== platformBucket).length);

describe('another number of shards', () => {
  it('has numbers that leave the shard of the platform alone', () => {
    expect(dataShards([platform], 3)).toEqual([0, 1, 2]);
    expect(dataShards([platform], 4)).toEqual([0, 1, 2, 3]);
    expect(dataShards([platform], 6)).toEqual([0, 1, 2, 3, 5, 6]);
    expect(dataShards([{ bucket: platformBucket, shard: 0 }], 2)).toEqual([1, 2]);
  });

  it('moves nothing when it is so already, and half of all when it is doubled', () => {
    const map = spread((bucket) => bucket % 4);
    expect(planReshard(map, dataShards(map, 4))).toEqual([]);
    expect(planReshard(map, dataShards(map, 8))).toHaveLength(128);
    expect(planReshard(map, dataShards(map, 2))).toHaveLength(128);
  });

  it('gives those a place that a broken-off move left to nobody, and moves only them', () => {
    const map = spread((bucket) => (bucket < 12 ? null : bucket % 4));
    expect(
      planReshard(map, [0, 1, 2, 3])
        .map(({ bucket }) => bucket)
        .sort((a, b) => a - b),
    ).toEqual(Array.from({ length: 12 }, (_, bucket) => bucket));
  });

  it('shares evenly from wherever they are, leaves the platform alone, and is done after one time', () => {
    const places = fc.array(fc.option(fc.integer({ min: 0, max: 20 }).filter((shard) => shard !== 4)), { minLength: 256, maxLength: 256 });
    fc.assert(
      fc.property(places, fc.integer({ min: 1, max: 16 }), (shardOf, count) => {
        const map = spread((bucket) => shardOf[bucket] ?? null);
        const shards = dataShards(map, count);
        const moved = after(map, shards);
        const found = sizes(moved, shards);
        expect(Math.max(...found) - Math.min(...found)).toBeLessThanOrEqual(1);
        expect(found.reduce((sum, size) => sum + size)).toBe(256);
        expect(moved.at(-1)).toEqual(platform);
        expect(planReshard(moved, shards)).toEqual([]);
      }),
    );
  });
});
