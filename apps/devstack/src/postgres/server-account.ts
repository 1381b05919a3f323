import { execFile } from 'node:child_process';
import { cp, mkdir, rename, rm, stat } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The account PostgreSQL runs under: PostgreSQL refuses to run as root. */
export interface ServerAccount {
  readonly uid: number;
  readonly gid: number;
}

async function idsOf(user: string): Promise<ServerAccount | undefined> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', user]), run('id', ['-g', user])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return undefined;
  }
}

/** Undefined unless this process is root; then `postgres` where the machine has it, made if need be, else `nobody`. */
export async function serverAccount(): Promise<ServerAccount | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const known = await idsOf('postgres');
  if (known) return known;
  await run('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres']).catch(() => undefined);
  const account = (await idsOf('postgres')) ?? (await idsOf('nobody'));
  if (account) return account;
  throw new Error('PostgreSQL does not run as root, and this machine has no `postgres` user. Run as another user, or set DATABASE_URL.');
}

/** Whether every folder on the way to `path` lets others through; missing ones will be made by us and count as open. */
export async function isReachable(path: string): Promise<boolean> {
  for (let folder = path; ; folder = dirname(folder)) {
    const found = await stat(folder).catch(() => undefined);
    if (found && (found.mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

const OUTSIDE_PROJECT = '/var/lib/tenantry';

async function firstWritable(folders: readonly string[]): Promise<string> {
  for (const folder of folders) {
    const made = await mkdir(folder, { recursive: true, mode: 0o755 }).then(
      () => true,
      () => false,
    );
    if (made) return folder;
  }
  throw new Error(`None of ${folders.join(', ')} can be written.`);
}

/**
 * Where the account can keep its files. A project below a closed home folder (`/root`) is out of its reach and is not
 * ours to open, so its data lives in /var/lib/tenantry, in a folder named by the project's path.
 */
export async function reachableFolder(wanted: string, account: ServerAccount | undefined): Promise<string> {
  if (!account || (await isReachable(dirname(wanted)))) return wanted;
  const key = createHash('sha256').update(wanted).digest('hex').slice(0, 16);
  return join(await firstWritable([OUTSIDE_PROJECT, join(tmpdir(), 'tenantry')]), key);
}

/** PostgreSQL's own files, copied once to where the account can run them, if it cannot where they are. */
export async function reachableHome(home: string, account: ServerAccount | undefined): Promise<string> {
  if (!account || (await isReachable(home))) return home;
  const key = createHash('sha256').update(home).digest('hex').slice(0, 16);
  const copy = join(await firstWritable([OUTSIDE_PROJECT, join(tmpdir(), 'tenantry')]), `postgresql-${key}`);
  const original = await stat(join(home, 'bin', 'postgres'));
  const present = await stat(join(copy, 'bin', 'postgres')).catch(() => undefined);
  if (present?.size === original.size && present.mtimeMs === original.mtimeMs) return copy;
  const draft = `${copy}.${process.pid}`;
  await cp(home, draft, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
  await rm(copy, { recursive: true, force: true });
  await rename(draft, copy);
  return copy;
}
