import type { Database } from '#database';
import { platformScope } from '#kernel';

const refreshMs = 10_000;

/** Which shard a bucket was in, not long ago. Good enough to ring a bell; never used to decide what may be written. */
export class ShardHints {
  private map: ReadonlyMap<number, number> = new Map();
  private readAt = -Infinity;
  private reading = false;

  constructor(private readonly database: Database) {}

  /** Undefined until the first read came back: the workers' own timer finds such work. */
  shardOf(bucket: number): number | undefined {
    if (!this.reading && Date.now() - this.readAt > refreshMs) void this.refresh();
    return this.map.get(bucket);
  }

  async refresh(): Promise<void> {
    this.reading = true;
    try {
      const rows = await this.database.read<{ bucket: number; shard: number | null }>(platformScope, {
        name: 'shard_hints',
        text: 'SELECT bucket, shard FROM projection_buckets',
      });
      this.map = new Map(rows.flatMap(({ bucket, shard }) => (shard === null ? [] : [[bucket, shard] as const])));
      this.readAt = Date.now();
    } catch {
      this.readAt = Date.now() - refreshMs / 2;
    } finally {
      this.reading = false;
    }
  }
}
