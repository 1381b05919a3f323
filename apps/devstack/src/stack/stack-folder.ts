import { randomBytes } from 'node:crypto';
import { chmod, link, mkdir, readFile, readlink, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What other programs of this machine need to know about a running stack. Readable by its owner only. */
export interface StackFile {
  readonly pid: number;
  readonly startedAt: string;
  readonly api: string;
  readonly worker: string;
  readonly issuer: { readonly url: string; readonly issuer: string; readonly audience: string };
  readonly spicedb: { readonly endpoint: string; readonly token: string; readonly engine: string };
  readonly database: string;
  /** Development user who administers the platform. */
  readonly administrator: string;
}

export interface Secrets {
  readonly postgresPassword: string;
  readonly spicedbToken: string;
}

/** The ports of the last start: URLs in somebody's notes should stay right. */
export type Ports = Readonly<Partial<Record<'api' | 'worker' | 'postgres' | 'spicedb' | 'issuer', number>>>;

/** Another stack runs over the same data. */
export class StackAlreadyRunning extends Error {
  constructor(folder: string, pid: number, api: string | undefined) {
    super(
      `A stack already runs over ${folder} (process ${pid}${api ? `, API at ${api}` : ''}). Stop it first, or give this one another folder: TENANTRY_DATA=<folder>.`,
    );
    this.name = 'StackAlreadyRunning';
  }
}

/** The folder that survives restarts: PostgreSQL's data, secrets, ports, the issuer's key, and `stack.json` while a stack runs. */
export class StackFolder {
  private constructor(readonly path: string) {}

  static async open(path: string): Promise<StackFolder> {
    await mkdir(path, { recursive: true });
    return new StackFolder(path);
  }

  file(name: string): string {
    return join(this.path, name);
  }

  /** Takes the folder for this process; a file left by a process that is gone is taken over. */
  async claim(): Promise<void> {
    const draft = this.file(`.${PID_FILE}.${process.pid}`);
    // Linked into place with its content: nobody ever finds an empty file and takes its writer for dead.
    await writeFile(draft, `${process.pid}\n`, { mode: 0o600 });
    try {
      while (!(await isLinked(draft, this.file(PID_FILE)))) {
        const holder = Number(await readFile(this.file(PID_FILE), 'utf8').catch(() => ''));
        if (await isStack(holder)) throw new StackAlreadyRunning(this.path, holder, (await this.runningStack())?.api);
        await rm(this.file(PID_FILE), { force: true });
      }
    } finally {
      await rm(draft, { force: true });
    }
    // Of a stack that was killed: until this one is ready there is none to be found.
    await rm(this.file(STACK_FILE), { force: true });
  }

  async release(): Promise<void> {
    await rm(this.file(STACK_FILE), { force: true });
    await rm(this.file(PID_FILE), { force: true });
  }

  async secrets(): Promise<Secrets> {
    const kept = await this.kept<Partial<Secrets>>('secrets.json');
    const secrets: Secrets = { postgresPassword: secret(), spicedbToken: secret(), ...kept };
    await this.write('secrets.json', secrets);
    return secrets;
  }

  async ports(): Promise<Ports> {
    return (await this.kept<Ports>('ports.json')) ?? {};
  }

  async rememberPorts(ports: Ports): Promise<void> {
    await this.write('ports.json', { ...(await this.ports()), ...ports });
  }

  announce(stack: StackFile): Promise<void> {
    return this.write(STACK_FILE, stack);
  }

  runningStack(): Promise<StackFile | undefined> {
    return this.kept<StackFile>(STACK_FILE);
  }

  /** Replaces a file in one step: a reader sees the old or the new one, and nobody but the owner sees either. */
  async write(name: string, content: unknown): Promise<void> {
    const draft = this.file(`.${name}.${process.pid}`);
    await writeFile(draft, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
    await chmod(draft, 0o600);
    await rename(draft, this.file(name));
  }

  /** A JSON file of the folder, if it is there. */
  async kept<T>(name: string): Promise<T | undefined> {
    const text = await readFile(this.file(name), 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    return text === undefined ? undefined : (JSON.parse(text) as T);
  }
}

const PID_FILE = 'stack.pid';
const STACK_FILE = 'stack.json';

const secret = (): string => randomBytes(24).toString('base64url');

/** False when the name is taken. */
async function isLinked(draft: string, name: string): Promise<boolean> {
  return link(draft, name).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return false;
      throw error;
    },
  );
}

/** A process id in an old file may by now belong to any program; where the system tells, only a Node counts. */
async function isStack(pid: number): Promise<boolean> {
  if (!(pid > 0) || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  const program = await readlink(`/proc/${pid}/exe`).catch(() => undefined);
  return program === undefined || /node/.test(program);
}
