import { mkdtemp, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Child } from '../child-process.ts';

export interface BridgeOptions {
  /** 0 takes a free one. */
  readonly port: number;
  readonly token: string;
  readonly onLine?: (line: string) => void;
  /** Folder of the built program. */
  readonly dist?: string;
}

interface ReadyLine {
  readonly ready: true;
  readonly endpoint: string;
  readonly engine: string;
}

const READY_LIMIT_MS = 30_000;

/** The bridge as a child process, with a folder of its own for the engine's socket, which a killed engine would leave behind. */
export class BridgeProcess {
  private constructor(
    readonly child: Child,
    readonly endpoint: string,
    readonly engine: string,
    private readonly folder: string,
  ) {}

  static async start(options: BridgeOptions): Promise<BridgeProcess> {
    const script = resolve(options.dist ?? 'dist', 'apps/devstack/src/spicedb/bridge-main.js');
    if (!existsSync(script)) throw new Error(`${script} is missing. Run \`npm run build\` first.`);
    const folder = await mkdtemp(join(tmpdir(), 'tenantry-graph-'));
    const child = new Child({
      name: 'spicedb',
      args: [script, '--port', String(options.port), '--scratch', folder],
      env: { SPICEDB_TOKEN: options.token, TMPDIR: folder },
      onLine: (line) => options.onLine?.(line),
    });
    try {
      const { endpoint, engine } = await child.untilLine(readyLine, READY_LIMIT_MS);
      return new BridgeProcess(child, endpoint, engine, folder);
    } catch (error) {
      await child.stop(0);
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.child.stop();
    await this.#clear();
  }

  /** Ends the engine at once; its graph is lost. */
  async kill(): Promise<void> {
    this.child.stopping = true;
    this.child.kill('SIGKILL');
    await this.child.ended;
    await this.#clear();
  }

  #clear(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }
}

function readyLine(line: string): ReadyLine | undefined {
  if (!line.startsWith('{"ready":true')) return undefined;
  return JSON.parse(line) as ReadyLine;
}
