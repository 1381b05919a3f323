import type { Marker } from '../projection/marker.ts';
import { ShardRegistry, type ShardClaim } from '../projection/shard-registry.ts';

interface Row {
  holder: string | null;
  recorded: { epoch: string; seq: bigint } | null;
}

/** Shards in memory. Leases end only when a test says so. */
export class FakeShardRegistry extends ShardRegistry {
  epoch = '01M7YKFG2GFM335NYDVPBQB9EN';
  readonly rows = new Map<number, Row>([0, 1, 2].map((shard) => [shard, { holder: null, recorded: null }]));
  readonly losses: string[] = [];
  readonly pauses: { shard: number; level: string }[] = [];
  readonly nudged: number[] = [];

  private row(shard: number): Row {
    const row = this.rows.get(shard);
    if (row === undefined) throw new Error(`no shard ${shard}`);
    return row;
  }

  /** The lease ran out. */
  expire(shard: number): void {
    this.row(shard).holder = null;
  }

  override async shards(): Promise<readonly number[]> {
    return [...this.rows.keys()];
  }

  override async claim(shard: number, holder: string): Promise<ShardClaim | null> {
    const row = this.row(shard);
    if (row.holder !== null && row.holder !== holder) return null;
    row.holder = holder;
    return { epoch: this.epoch, recorded: row.recorded };
  }

  override async enter(shard: number, holder: string, { epoch, seq }: Marker): Promise<boolean> {
    const row = this.row(shard);
    if (row.holder !== holder) return false;
    row.recorded = { epoch, seq };
    return true;
  }

  override async renew(holder: string, shards: readonly number[]): Promise<readonly number[]> {
    return shards.filter((shard) => this.row(shard).holder === holder);
  }

  override async release(holder: string, shard?: number): Promise<void> {
    for (const [number, row] of this.rows) if (row.holder === holder && (shard ?? number) === number) row.holder = null;
  }

  override async declareLost(epoch: string, reason: string): Promise<void> {
    if (epoch !== this.epoch) return;
    this.losses.push(reason);
    this.epoch = `${this.epoch.slice(0, -1)}${String.fromCharCode(this.epoch.charCodeAt(25) + 1)}`;
  }

  override async pause(shard: number, level: 'grants' | 'all'): Promise<void> {
    this.pauses.push({ shard, level });
  }

  override async awaitsCompletion(): Promise<boolean> {
    return false;
  }

  override async complete(): Promise<void> {}

  override async state(): Promise<{ epoch: string; ready: boolean }> {
    return { epoch: this.epoch, ready: true };
  }

  override async nudge(shard: number): Promise<void> {
    this.nudged.push(shard);
  }
}
