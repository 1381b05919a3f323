import { accessSync, constants, statSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { delimiter, join } from 'node:path';
import { createConnection } from 'node:net';
import { Child } from '../child-process.ts';

const isProgram = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
};

/** SPICEDB_BINARY, which must then exist, or `spicedb` on the path. */
export function findSpicedbBinary(env: Readonly<Record<string, string | undefined>> = process.env): string | undefined {
  const { SPICEDB_BINARY: named, PATH: path = '' } = env;
  if (named) {
    if (isProgram(named)) return named;
    throw new Error(`SPICEDB_BINARY names ${named}, which is not a program.`);
  }
  const file = process.platform === 'win32' ? 'spicedb.exe' : 'spicedb';
  return path
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, file))
    .find(isProgram);
}

export interface BinaryOptions {
  readonly binary: string;
  /** A database of its own. */
  readonly databaseUrl: string;
  readonly port: number;
  readonly token: string;
  readonly onLine: (line: string) => void;
}

/**
 * One second, and no extra staleness: a revoked permission ends within it, also for services that never saw our tokens.
 * Compose sets the same; SpiceDB's own default is 5 s.
 */
export const REVISION_FLAGS = [
  '--datastore-revision-quantization-interval=1s',
  '--datastore-revision-quantization-max-staleness-percent=0',
];

/** What nobody uses here, and what would listen on every interface or call out. */
const QUIET_FLAGS = [
  '--http-enabled=false',
  '--metrics-enabled=false',
  '--dispatch-cluster-enabled=false',
  '--telemetry-endpoint=',
  '--skip-release-check=true',
  '--log-level=warn',
];

const START_LIMIT_MS = 60_000;

/** Secrets travel in the environment: arguments are shown to every user of the machine. */
const environment = ({ databaseUrl, token }: BinaryOptions) => ({
  SPICEDB_DATASTORE_CONN_URI: databaseUrl,
  SPICEDB_GRPC_PRESHARED_KEY: token,
});

/** Brings SpiceDB's own tables up to date. Idempotent. */
export async function migrateSpicedb(options: BinaryOptions): Promise<void> {
  const args = ['datastore', 'migrate', 'head', '--datastore-engine=postgres', '--skip-release-check=true'];
  const child = new Child({ name: 'spicedb migrate', command: options.binary, args, env: environment(options) });
  const { code } = await child.finished();
  if (code !== 0) throw new Error(`SpiceDB could not set up its database:\n${child.output}`);
}

/** `spicedb serve` on 127.0.0.1, over PostgreSQL. */
export async function serveSpicedb(options: BinaryOptions): Promise<Child> {
  const args = ['serve', '--datastore-engine=postgres', `--grpc-addr=127.0.0.1:${options.port}`, ...REVISION_FLAGS, ...QUIET_FLAGS];
  const child = new Child({ name: 'spicedb', command: options.binary, args, env: environment(options), onLine: options.onLine });
  const deadline = Date.now() + START_LIMIT_MS;
  while (!(await accepts(options.port))) {
    if (!child.running) throw new Error(`SpiceDB did not start:\n${child.output}`);
    if (Date.now() > deadline) {
      await child.stop();
      throw new Error(`SpiceDB did not listen within ${START_LIMIT_MS / 1000} s:\n${child.output}`);
    }
    await pause(50);
  }
  return child;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port });
    const settle = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => settle(true));
    socket.once('error', () => settle(false));
  });
}
