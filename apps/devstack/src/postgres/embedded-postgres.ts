import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, chown, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { choosePort } from '../free-port.ts';
import { postgresHome } from './binaries.ts';
import { startGuard, type Guard } from '../guard.ts';
import { reachableFolder, reachableHome, serverAccount, type ServerAccount } from './server-account.ts';
import { stopLeftover } from './leftover.ts';

export interface PostgresOptions {
  /** Data folder; made when missing. Replaced by one in reach of the server's account when this one is not. */
  readonly folder: string;
  readonly password: string;
  /** Taken when free; 0 is any. */
  readonly usualPort: number;
  /** Fail rather than take another port: others have been told this one. */
  readonly exactPort?: boolean;
  /** Extra settings, for example `fsync=off` for databases that live as long as a test run. */
  readonly settings?: readonly string[];
  readonly log?: (line: string) => void;
  /** Remove the data when the server stops, or when this process dies. */
  readonly temporary?: boolean;
}

const SUPERUSER = 'postgres';
const READY = 'database system is ready to accept connections';
const START_LIMIT_MS = 60_000;
const PORT_ATTEMPTS = 5;

/** PostgreSQL on 127.0.0.1, as a child of this process in a session of its own: Ctrl-C in the terminal does not reach it. */
export class EmbeddedPostgres {
  private constructor(
    private readonly server: ChildProcess,
    private readonly guard: Guard,
    private readonly options: PostgresOptions,
    readonly port: number,
    readonly folder: string,
  ) {}

  static async start(options: PostgresOptions): Promise<EmbeddedPostgres> {
    const account = await serverAccount();
    const folder = await reachableFolder(options.folder, account);
    const home = await reachableHome(postgresHome(), account);
    if (!(await isInitialised(folder))) await initialise(home, folder, options.password, account);
    await stopLeftover(folder);
    const { server, port } = await listen(home, folder, account, options).catch(async (error: unknown) => {
      if (options.temporary) await rm(folder, { recursive: true, force: true });
      throw error;
    });
    const guard = startGuard(server, account, options.temporary ? folder : undefined);
    return new EmbeddedPostgres(server, guard, options, port, folder);
  }

  /** Connection string of the superuser for one database. */
  url(database: string): string {
    return `postgresql://${SUPERUSER}:${encodeURIComponent(this.options.password)}@127.0.0.1:${this.port}/${encodeURIComponent(database)}`;
  }

  /** Resolves with the reason when the server ends, wanted or not. */
  get ended(): Promise<string> {
    const { exitCode, signalCode } = this.server;
    if (exitCode !== null || signalCode !== null) return Promise.resolve(signalCode ?? `exit code ${exitCode}`);
    return once(this.server, 'exit').then(([code, signal]: (number | string | null)[]) => String(signal ?? `exit code ${code}`));
  }

  /** A fast shutdown: open connections are cut, everything committed is on disk. */
  async stop(): Promise<void> {
    this.guard.release();
    if (this.server.exitCode === null && this.server.signalCode === null) {
      const exited = once(this.server, 'exit');
      this.server.kill('SIGINT');
      await exited;
    }
    if (this.options.temporary) await rm(this.folder, { recursive: true, force: true });
  }
}

/** A port that was free a moment ago may have been taken since: then another one. */
async function listen(home: string, folder: string, account: ServerAccount | undefined, options: PostgresOptions) {
  for (let attempt = 1; ; attempt += 1) {
    const port = options.exactPort ? options.usualPort : await choosePort(attempt === 1 ? options.usualPort : 0);
    const server = spawn(join(home, 'bin', 'postgres'), serverArguments(folder, port, options.settings), {
      ...account,
      cwd: folder,
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    try {
      await untilReady(server, options.log);
      return { server, port };
    } catch (error) {
      if (options.exactPort || attempt === PORT_ATTEMPTS || !/could not bind|could not create any TCP/.test((error as Error).message))
        throw error;
    }
  }
}

function serverArguments(folder: string, port: number, settings: readonly string[] = []): string[] {
  const fixed = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=300', 'log_min_messages=warning'];
  return ['-D', folder, '-p', String(port), ...[...fixed, ...settings].flatMap((setting) => ['-c', setting])];
}

async function isInitialised(folder: string): Promise<boolean> {
  return readFile(join(folder, 'PG_VERSION'), 'utf8').then(
    () => true,
    () => false,
  );
}

/** Builds the data folder. The password travels in a file only the server's account can read, never in arguments. */
async function initialise(home: string, folder: string, password: string, account: ServerAccount | undefined): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const passwordFile = `${folder}.${randomBytes(6).toString('hex')}`;
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  if (account) await Promise.all([chown(folder, account.uid, account.gid), chown(passwordFile, account.uid, account.gid)]);
  await chmod(folder, 0o700);
  try {
    const initdb = spawn(
      join(home, 'bin', 'initdb'),
      [
        `--pgdata=${folder}`,
        '--auth=scram-sha-256',
        `--username=${SUPERUSER}`,
        `--pwfile=${passwordFile}`,
        '--encoding=UTF8',
        '--locale=C.UTF-8',
        '--no-instructions',
      ],
      { ...account, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    let complaint = '';
    initdb.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
    const [code] = (await once(initdb, 'exit')) as [number | null];
    if (code !== 0) {
      await rm(folder, { recursive: true, force: true });
      throw new Error(`PostgreSQL could not set up its data in ${folder}: ${complaint.trim()}`);
    }
  } finally {
    await rm(passwordFile, { force: true });
  }
}

async function untilReady(server: ChildProcess, log: (line: string) => void = () => undefined): Promise<void> {
  let [output, tail] = ['', ''];
  await new Promise<void>((resolve, reject) => {
    const limit = setTimeout(() => {
      server.kill('SIGQUIT');
      reject(new Error(`PostgreSQL was not ready after ${START_LIMIT_MS / 1000} s: ${output.trim()}`));
    }, START_LIMIT_MS);
    const settle = (end: () => void): void => {
      clearTimeout(limit);
      end();
    };
    server.once('error', (error) => settle(() => reject(error)));
    server.once('exit', () => settle(() => reject(new Error(`PostgreSQL did not start: ${output.trim()}`))));
    server.stderr?.on('data', (chunk: Buffer) => {
      const text = chunk.toString();
      if (output.length < 16_384) output += text;
      // While it recovers, every client that knocks is a line of its own: the one that is waited for may be the thousandth.
      tail = tail.slice(-READY.length) + text;
      for (const line of text.split('\n')) if (line.trim() !== '') log(line);
      if (tail.includes(READY)) settle(resolve);
    });
  });
}
