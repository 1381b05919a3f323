import type { Database } from '#database';
import { platformScope } from '#kernel';
import { GraphEpoch } from '../read-your-writes.ts';

const copyLivesMs = 1_000;
const find = { name: 'find_epoch', text: 'SELECT epoch FROM projection_state' };

export class PgGraphEpoch extends GraphEpoch {
  private copy: { epoch: string | null; until: number } | null = null;
  private reading: Promise<string | null> | null = null;

  constructor(private readonly database: Database) {
    super();
  }

  override async current(): Promise<string | null> {
    if (this.copy !== null && this.copy.until > Date.now()) return this.copy.epoch;
    this.reading ??= this.read().finally(() => {
      this.reading = null;
    });
    return this.reading;
  }

  /** A worker told of another epoch: look again. */
  heard(epoch: string): void {
    if (this.copy !== null && this.copy.epoch !== epoch) this.copy = null;
  }

  private async read(): Promise<string | null> {
    const [row] = await this.database.read<{ epoch: string }>(platformScope, find);
    const epoch = row?.epoch ?? null;
    this.copy = { epoch, until: Date.now() + copyLivesMs };
    return epoch;
  }
}
