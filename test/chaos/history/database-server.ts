import { randomBytes } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rest } from '../../support/rest.ts';
import { ensureDatabase } from '../../../apps/devstack/src/postgres/databases.ts';
import { EmbeddedPostgres } from '../../../apps/devstack/src/postgres/embedded-postgres.ts';
import { serverOf } from '../../../apps/devstack/src/postgres/leftover.ts';

/** A PostgreSQL of the checker's own, to be killed, frozen and started again with its data. What it acknowledged outlives that: fsync is on. */
export class DatabaseServer {
  private constructor(
    private readonly home: string,
    private readonly password: string,
    private server: EmbeddedPostgres,
  ) {}

  static async start(): Promise<DatabaseServer> {
    const home = await mkdtemp(join(tmpdir(), 'tenantry-history-'));
    const password = randomBytes(12).toString('hex');
    return new DatabaseServer(home, password, await DatabaseServer.serve(join(home, 'data'), password, 0));
  }

  /** Times of commits are what histories are ordered by, and what SpiceDB's Watch API needs. */
  private static serve(folder: string, password: string, port: number): Promise<EmbeddedPostgres> {
    const settings = ['track_commit_timestamp=on', 'shared_buffers=64MB'];
    return EmbeddedPostgres.start({ folder, password, usualPort: port, exactPort: port !== 0, settings });
  }

  get url(): string {
    return this.server.url('postgres');
  }

  async database(name: string): Promise<string> {
    await ensureDatabase(this.url, name);
    return this.server.url(name);
  }

  /** As when its host loses power, but for what the operating system keeps: the server and all its processes, at once. */
  async kill(): Promise<void> {
    await this.signal('SIGKILL');
    await this.server.ended;
  }

  freeze(): Promise<void> {
    return this.signal('SIGSTOP');
  }

  thaw(): Promise<void> {
    return this.signal('SIGCONT');
  }

  /** In order, as for an upgrade. */
  async shutDown(): Promise<void> {
    await this.server.stop();
  }

  /** What was killed may hold its memory and port for a moment. */
  async revive(): Promise<void> {
    const { folder, port } = this.server;
    for (let attempt = 1; ; attempt += 1) {
      try {
        this.server = await DatabaseServer.serve(folder, this.password, port);
        return;
      } catch (error) {
        if (attempt === 20) throw error;
        await rest(100);
      }
    }
  }

  async stop(): Promise<void> {
    await this.thaw();
    await this.server.stop();
    await rm(this.server.folder, { recursive: true, force: true });
    await rm(this.home, { recursive: true, force: true });
  }

  private async signal(signal: NodeJS.Signals): Promise<void> {
    const postmaster = await serverOf(this.server.folder);
    if (postmaster === undefined) return;
    for (const pid of [postmaster, ...childrenOf(postmaster)]) {
      try {
        process.kill(pid, signal);
      } catch {
        // ended meanwhile
      }
    }
  }
}

/** As Linux tells it. */
function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => parentOf(pid) === parent);
}

function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}
