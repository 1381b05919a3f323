import { bucketOf, platformBucket } from '#database';
import type { TenantId } from '#kernel';
import { describe, expect, it } from 'vitest';
import { decodePoint, encodePoint, rangesOf } from './consistency-token.ts';

const epoch = '01M7YMBJ9NHY0QNR79BSMV8N1F';
const last = 10n ** 18n - 1n;

/** One command's events: of so many tenants, at positions as long as they get. */
const command = (tenants: number) =>
  Array.from({ length: tenants }, (_, nth) => ({
    bucket: bucketOf(String(nth).padStart(26, '0') as TenantId),
    position: last - BigInt(nth),
  }));

describe('P-6 a consistency token', () => {
  it('P-6 names the events of a command, bucket by bucket', () => {
    const awaited = [
      { bucket: 0, first: 1n, last: 3n },
      { bucket: platformBucket, first: 2n, last: 2n },
    ];
    const events = [3n, 1n].map((position) => ({ bucket: 0, position }));
    expect(rangesOf([...events, { bucket: platformBucket, position: 2n }])).toEqual(awaited);
    for (const zedToken of [null, 'GgYKBENKcEM=']) {
      expect(decodePoint(encodePoint({ epoch, zedToken, awaited }))).toEqual({ epoch, zedToken, awaited });
    }
  });

  it('P-6 of a command over 2,000 tenants is one that this server takes back, and covers them all', () => {
    const token = encodePoint({ epoch, zedToken: null, awaited: rangesOf(command(2_000)) });
    expect(decodePoint(token).awaited).toEqual([{ bucket: null, first: last - 1_999n, last }]);
  });

  it('P-6 stays short enough for a header, whatever the command', () => {
    for (let tenants = 1; tenants < 400; tenants += 3) {
      const token = encodePoint({ epoch, zedToken: null, awaited: rangesOf(command(tenants)) });
      expect(token.length).toBeLessThan(3_000);
      expect(decodePoint(token).epoch).toBe(epoch);
    }
  });
});
