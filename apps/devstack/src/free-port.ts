import { createServer } from 'node:net';

/** Whether 127.0.0.1:port can be bound now. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** Any free port of 127.0.0.1. Whoever asked must bind it soon: nothing keeps it. */
export function anyFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port: 0, exclusive: true }, () => {
      const address = server.address();
      server.close(() => (address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port was given'))));
    });
  });
}

/** The usual port, or any free one when something else listens there (or `usual` is 0); never one of `taken`. */
export async function choosePort(usual: number, taken: ReadonlySet<number> = new Set()): Promise<number> {
  if (usual !== 0 && !taken.has(usual) && (await isFree(usual))) return usual;
  for (;;) {
    const port = await anyFreePort();
    if (!taken.has(port)) return port;
  }
}
