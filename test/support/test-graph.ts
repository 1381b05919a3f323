import { randomBytes } from 'node:crypto';
import { BridgeProcess } from '../../apps/devstack/src/spicedb/bridge-process.ts';
import { embeddedStalenessMs } from '../../apps/devstack/src/spicedb/graph-part.ts';

/** A SpiceDB of a test's own: empty at first, and free to be killed. */
export interface TestGraph {
  /** The same after a restart. */
  readonly endpoint: string;
  readonly token: string;
  /** Which engine it is, with version and datastore. */
  readonly engine: string;
  /** Milliseconds that its fast answers may be old. */
  readonly windowMs: number;
  /** Whether what was acknowledged outlives a kill. */
  readonly lasts: boolean;
  /** Whether it is a test's own, to be killed and stopped at will. */
  readonly own: boolean;
  /** Ends the engine as a crash would; everything in one that does not last is lost. */
  kill(): Promise<void>;
  /** Starts the engine on the same endpoint, with the same key; kills the running one first. */
  restart(): Promise<void>;
  /** Stops the engine in its tracks, its connections open, and lets it go on. */
  freeze(): void;
  thaw(): void;
  /** For `afterAll`. */
  stop(): Promise<void>;
}

/** The engine in memory: empty after every restart. */
export async function createTestGraph(): Promise<TestGraph> {
  const token = randomBytes(16).toString('hex');
  let bridge = await BridgeProcess.start({ port: 0, token });
  const { endpoint, engine } = bridge;
  const port = Number(endpoint.split(':')[1]);
  return {
    endpoint,
    token,
    engine,
    windowMs: embeddedStalenessMs,
    lasts: false,
    own: true,
    kill: () => bridge.kill(),
    async restart() {
      if (bridge.child.running) await bridge.kill();
      bridge = await BridgeProcess.start({ port, token });
    },
    freeze: () => bridge.child.kill('SIGSTOP'),
    thaw: () => bridge.child.kill('SIGCONT'),
    stop: () => bridge.stop(),
  };
}
