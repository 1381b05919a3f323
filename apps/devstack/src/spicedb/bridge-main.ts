import { rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { BridgeServer } from './bridge-server.ts';
import { EmbeddedEngine, engineName } from './embedded-engine.ts';

/**
 * The embedded SpiceDB as a process of its own: `--port N --token T`, or SPICEDB_TOKEN, which other users of the machine
 * cannot read from the process list. Its graph is in memory and ends with the process. `--scratch` names a folder of
 * its own that it removes at its end.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { port: { type: 'string', default: '0' }, token: { type: 'string' }, scratch: { type: 'string' } },
  });
  const token = values.token ?? process.env.SPICEDB_TOKEN;
  if (!token) throw new Error('The bridge needs a preshared key: --token or SPICEDB_TOKEN.');
  const engine = EmbeddedEngine.start();
  const server = new BridgeServer(engine, token);
  const port = await server.listen(Number(values.port));
  const stop = (): void => {
    server.stop();
    engine.stop();
    if (values.scratch) rmSync(values.scratch, { recursive: true, force: true });
    process.exit(0);
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  // Whoever started this process with a channel is its only user; without them it would stay behind.
  process.once('disconnect', stop);
  console.log(JSON.stringify({ ready: true, endpoint: `127.0.0.1:${port}`, engine: engineName() }));
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
