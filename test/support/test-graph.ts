import { randomBytes } from 'node:crypto';
import { BridgeProcess } from '../../apps/devstack/src/spicedb/bridge-process.ts';

/** A SpiceDB of a test's own: empty at first, and free to be killed. */
export interface TestGraph {
  /** The same after a restart. */
  readonly endpoint: string;
  readonly token: string;
  /** Ends the engine as a crash would; everything in it is lost. */
  kill(): Promise<void>;
  /** Starts an empty engine on the same endpoint, with the same key; kills the running one first. */
  restart(): Promise<void>;
  /** For `afterAll`. */
  stop(): Promise<void>;
}

export async function createTestGraph(): Promise<TestGraph> {
  const token = randomBytes(16).toString('hex');
  let bridge = await BridgeProcess.start({ port: 0, token });
  const { endpoint } = bridge;
  const port = Number(endpoint.split(':')[1]);
  return {
    endpoint,
    token,
    kill: () => bridge.kill(),
    async restart() {
      if (bridge.child.running) await bridge.kill();
      bridge = await BridgeProcess.start({ port, token });
    },
    stop: () => bridge.stop(),
  };
}
