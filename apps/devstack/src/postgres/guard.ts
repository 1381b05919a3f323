import { spawn, type ChildProcess } from 'node:child_process';
import type { ServerAccount } from './server-account.ts';

export interface Guard {
  /** True once the server's end is wanted, or no longer needs watching over. */
  readonly released: boolean;
  release(): void;
}

/** Waits for the end of its input, which is the end of the process that started it, then ends the server. */
const SCRIPT =
  'trap "" INT HUP; cat >/dev/null; kill -INT "$1" 2>/dev/null; [ -z "$2" ] || { sleep 1; kill -QUIT "$1" 2>/dev/null; rm -rf "$2"; }';

/**
 * PostgreSQL would outlive a killed parent and keep port and data folder. A shell on the other end of a pipe notices,
 * whatever killed the parent, and shuts the server down (and removes temporary data).
 */
export function startGuard(server: ChildProcess, account: ServerAccount | undefined, temporaryFolder: string | undefined): Guard {
  if (process.platform === 'win32') return { released: false, release: () => undefined };
  const shell = spawn('/bin/sh', ['-c', SCRIPT, 'tenantry-postgres-guard', String(server.pid), temporaryFolder ?? ''], {
    ...account,
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  shell.unref();
  (shell.stdin as unknown as { unref(): void }).unref();
  const guard = {
    released: false,
    release(): void {
      guard.released = true;
      shell.kill('SIGKILL');
    },
  };
  // A process id may be given to somebody else once its owner is gone: the shell must not outlive the server.
  server.once('exit', () => shell.kill('SIGKILL'));
  return guard;
}
