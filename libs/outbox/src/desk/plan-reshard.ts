import { platformBucket } from '#database';
import type { BucketMove } from '../projection/shard-map.ts';

/** Many shards make small batches, and each needs a worker's turn. */
export const mostShards = 16;

export interface BucketPlace {
  readonly bucket: number;
  /** Null: of a move that broke off. */
  readonly shard: number | null;
}

/** The numbers of so many shards of tenants: the lowest, without that of the platform. */
export function dataShards(map: readonly BucketPlace[], count: number): readonly number[] {
  const platform = map.find(({ bucket }) => bucket === platformBucket)?.shard;
  const numbers = Array.from({ length: count + 1 }, (_, number) => number);
  return numbers.filter((number) => number !== platform).slice(0, count);
}

/** The fewest moves after which these shards share the buckets evenly, give or take one. Buckets that belong to nobody get a place too. */
export function planReshard(map: readonly BucketPlace[], shards: readonly number[]): readonly BucketMove[] {
  const buckets = map.filter(({ bucket }) => bucket !== platformBucket);
  const held = new Map(shards.map((shard) => [shard, [] as number[]]));
  const homeless: number[] = [];
  for (const { bucket, shard } of buckets) (held.get(shard ?? -1) ?? homeless).push(bucket);
  const fair = Math.floor(buckets.length / shards.length);
  // Those with the most keep the odd ones.
  const byLoad = [...held].sort(([, a], [, b]) => b.length - a.length);
  const quotas = byLoad.map(([shard, own], nth) => ({ shard, own, quota: fair + (nth < buckets.length % shards.length ? 1 : 0) }));
  for (const { own, quota } of quotas) homeless.push(...own.splice(quota));
  return quotas.flatMap(({ shard, own, quota }) => homeless.splice(0, quota - own.length).map((bucket) => ({ bucket, shard })));
}
