import type { TenantId } from '#kernel';
import { anId } from '#kernel/testing';
import { describe, expect, it } from 'vitest';
import { bucketOf, platformBucket, tenantBuckets } from './bucket.ts';

describe('the bucket of a tenant', () => {
  it('is stored with every event: it may never change', () => {
    expect(
      ['01M7YM9MD7S91KTNDG4PRG8D7X', '01M7YM9MED9V2FV66TW507RDTM', '00000000000000000000000000'].map((id) => bucketOf(id as TenantId)),
    ).toEqual([188, 186, 45]);
  });

  it('is that of the platform for nobody else', () => {
    expect(bucketOf(null)).toBe(platformBucket);
    for (let nth = 0; nth < 2_000; nth += 1) expect(bucketOf(anId<TenantId>())).toBeLessThan(tenantBuckets);
  });

  it('is any of them, about equally often, also for ids made in one moment', () => {
    const counts = new Array<number>(tenantBuckets).fill(0);
    for (let nth = 0; nth < 25_600; nth += 1) {
      const bucket = bucketOf(anId<TenantId>());
      counts[bucket] = (counts[bucket] ?? 0) + 1;
    }
    expect(Math.min(...counts)).toBeGreaterThan(50);
    expect(Math.max(...counts)).toBeLessThan(170);
  });
});
