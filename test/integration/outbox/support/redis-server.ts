import { execFileSync } from 'node:child_process';
import { createConnection } from 'node:net';
import { Child } from '../../../../apps/devstack/src/child-process.ts';
import { anyFreePort } from '../../../../apps/devstack/src/free-port.ts';
import { eventually } from '../../../support/eventually.ts';

export interface RedisServer {
  readonly url: string;
  /** Everything in it is gone. */
  empty(): Promise<void>;
  stop(): Promise<void>;
}

/** Why no Redis can be started here; null when one can. */
export function redisIsMissing(): string | null {
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'ignore' });
    return null;
  } catch {
    return 'redis-server is not installed here (Debian: apt-get install redis-server)';
  }
}

/** Debian's redis-server on a free port of this machine, in memory only. */
export async function startRedis(): Promise<RedisServer> {
  const port = await anyFreePort();
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--maxmemory-policy', 'noeviction'];
  const child = new Child({ name: 'redis', command: 'redis-server', args });
  await eventually(() => say(port, 'PING').then((answer) => answer.startsWith('+PONG')), { within: 10_000, what: 'redis' });
  return {
    url: `redis://127.0.0.1:${port}`,
    empty: async () => void (await say(port, 'FLUSHALL')),
    stop: async () => void (await child.stop()),
  };
}

/** One inline command and its first answer. */
function say(port: number, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(port, '127.0.0.1', () => socket.write(`${command}\r\n`));
    socket.once('error', reject);
    socket.once('data', (answer) => {
      socket.end();
      resolve(String(answer));
    });
  });
}
