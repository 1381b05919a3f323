import type { Database, Statement } from '#database';
import type { DataScope } from '#kernel';
import { beforeEach, describe, expect, it } from 'vitest';
import { decodePoint, encodePoint } from '../consistency-token.ts';
import { GraphEpoch } from '../read-your-writes.ts';
import { PgReadYourWrites } from './pg-read-your-writes.ts';

const pending = new Set<number>();

/** The work list holds something in the buckets of `pending`; the batches on record are those of bucket 1's shard. */
const database = {
  read: (_: DataScope, { name, values: [buckets, first, last] = [] }: Statement) =>
    Promise.resolve(
      name === 'find_bucket_tokens'
        ? [{ zed_token: 'looked up' }]
        : (buckets as number[])
            .map((bucket, nth) => ({ bucket, first: (first as [])[nth], last: (last as [])[nth] }))
            .filter(({ bucket }) => pending.has(bucket)),
    ),
} as unknown as Database;

class FirstEpoch extends GraphEpoch {
  override current = () => Promise.resolve('e1');
  override isDoubted = () => false;
}

let readYourWrites: PgReadYourWrites;

beforeEach(() => {
  readYourWrites = new PgReadYourWrites(database, new FirstEpoch());
  pending.clear();
  pending.add(1).add(2);
});

const hear = (seq: bigint, done: bigint[], { shard = 1, zedToken = `batch ${seq}` }: { shard?: number; zedToken?: string | null } = {}) =>
  readYourWrites.applied({ shard, epoch: 'e1', seq, zedToken, done, revokedTenants: [] });
const event = (position: bigint, bucket = 1) => ({ position, bucket, tenantId: 't', revoking: false });

function settling(...events: ReturnType<typeof event>[]) {
  const settled = readYourWrites.settle([{ events, replayed: false }], 1_000);
  return { point: async () => decodePoint((await settled).token ?? '') };
}

describe('P-6 the token of an answer', () => {
  it('P-6 is of the newest batch, also when its news came first', async () => {
    const { point } = settling(event(5n), event(6n));
    hear(2n, [6n]);
    hear(1n, [5n]);
    expect(await point()).toMatchObject({ zedToken: 'batch 2', awaited: [] });
  });

  it('P-6 is looked up where news were missed, or named no batch', async () => {
    const missed = settling(event(5n), event(6n));
    hear(1n, [5n]);
    pending.clear();
    expect(await missed.point()).toMatchObject({ zedToken: 'looked up' });
    pending.add(1);
    const unnamed = settling(event(7n), event(8n));
    hear(3n, [7n]);
    hear(4n, [8n], { zedToken: null });
    expect(await unnamed.point()).toMatchObject({ zedToken: 'looked up' });
  });

  it('P-6 names the events where several shards wrote them', async () => {
    const { point } = settling(event(5n), event(6n, 2));
    hear(2n, [6n], { shard: 2 });
    hear(1n, [5n]);
    expect(await point()).toMatchObject({ zedToken: null, awaited: [{ bucket: 1 }, { bucket: 2 }] });
  });
});

describe('P-6 a reader with a token of events under way', () => {
  it('P-6 is not let go by the news of others', async () => {
    const token = encodePoint({ epoch: 'e1', zedToken: null, awaited: [{ bucket: 1, first: 5n, last: 5n }] });
    const consistency = readYourWrites.resolve(token, 100);
    await new Promise((resolve) => setImmediate(resolve));
    hear(9n, [99n]);
    expect(await consistency).toEqual({ kind: 'fully_consistent' });
  });
});
