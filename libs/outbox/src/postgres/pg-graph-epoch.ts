import type { Database } from '#database';
import { platformScope } from '#kernel';
import { GraphEpoch } from '../read-your-writes.ts';

const copyLivesMs = 1_000;
/** Whoever asks all the time never waits: the next copy is read beside the requests. */
const copyServesMs = 2_000;

/** A shard that is made anew and is past its first phase holds nothing more that no row makes. */
const find = {
  name: 'find_epoch',
  text: `SELECT epoch, status <> 'ready' AND EXISTS (SELECT FROM projection_shards s WHERE s.epoch IS DISTINCT FROM state.epoch
      OR (s.rebuilt_epoch IS DISTINCT FROM state.epoch AND s.rebuild_phase = 0)) AS doubted
    FROM projection_state state`,
};

interface Copy {
  readonly epoch: string | null;
  readonly doubted: boolean;
  readonly readAt: number;
}

export class PgGraphEpoch extends GraphEpoch {
  private copy: Copy | null = null;
  private reading: Promise<Copy> | null = null;

  constructor(private readonly database: Database) {
    super();
  }

  override async current(): Promise<string | null> {
    return this.age <= copyLivesMs && this.copy !== null ? this.copy.epoch : (await this.read()).epoch;
  }

  /** While PostgreSQL cannot be asked, what was known last counts. */
  override isDoubted(): boolean | Promise<boolean> {
    const { copy } = this;
    if (this.age <= copyLivesMs && copy !== null) return copy.doubted;
    const read = this.read().then(
      ({ doubted }) => doubted,
      () => copy?.doubted ?? false,
    );
    return copy !== null && !copy.doubted && this.age <= copyServesMs ? false : read;
  }

  /** A worker told of another epoch: look again. */
  heard(epoch: string): void {
    if (this.copy !== null && this.copy.epoch !== epoch) this.copy = null;
  }

  private get age(): number {
    return this.copy === null ? Infinity : Date.now() - this.copy.readAt;
  }

  private read(): Promise<Copy> {
    this.reading ??= this.ask().finally(() => {
      this.reading = null;
    });
    return this.reading;
  }

  private async ask(): Promise<Copy> {
    const [row] = await this.database.read<Omit<Copy, 'readAt'>>(platformScope, find);
    this.copy = { epoch: row?.epoch ?? null, doubted: row?.doubted ?? false, readAt: Date.now() };
    return this.copy;
  }
}
