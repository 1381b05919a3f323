import { spawn, type ChildProcess } from 'node:child_process';
import type { ServerAccount } from './postgres/server-account.ts';

export interface Guard {
  /** From now on the server's end is somebody else's business. */
  release(): void;
}

/** Waits for the end of its input, which is the end of the process that started it, then ends the server. */
const SCRIPT =
  'trap "" INT HUP; cat >/dev/null; kill -INT "$1" 2>/dev/null; [ -z "$2" ] || { sleep 1; kill -QUIT "$1" 2>/dev/null; rm -rf "$2"; }';

/**
 * A server would outlive a killed parent and keep port and data folder. A shell on the other end of a pipe notices,
 * whatever killed the parent, and shuts the server down (and removes temporary data).
 */
export function startGuard(server: ChildProcess, account?: ServerAccount, temporaryFolder?: string): Guard {
  if (process.platform === 'win32') return { release: () => undefined };
  const shell = spawn('/bin/sh', ['-c', SCRIPT, 'tenantry-guard', String(server.pid), temporaryFolder ?? ''], {
    ...account,
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  shell.unref();
  (shell.stdin as unknown as { unref(): void }).unref();
  // A process id may be given to somebody else once its owner is gone: the shell must not outlive the server.
  const release = (): void => void shell.kill('SIGKILL');
  server.once('exit', release);
  return { release };
}
