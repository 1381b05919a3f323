import { resolve } from 'node:path';
import type { SupervisedPart, Running } from '../stack/supervisor.ts';
import type { Child } from '../child-process.ts';
import { BridgeProcess } from './bridge-process.ts';
import { migrateSpicedb, serveSpicedb } from './spicedb-binary.ts';

export interface GraphOptions {
  readonly port: number;
  readonly token: string;
  readonly onLine: (line: string) => void;
}

/** SpiceDB as a part of the stack, and what to call it. */
export interface GraphPart extends SupervisedPart {
  readonly engine: string;
}

export const endOf = (child: Child): Promise<string> => child.ended.then(({ code, signal }) => signal ?? `exit code ${code}`);

/** The engine in memory: after each start it is empty, and the worker fills it again from PostgreSQL. */
export function embeddedGraph(options: GraphOptions, root: string): GraphPart {
  return {
    name: 'spicedb',
    engine: 'embedded, in memory',
    async start(): Promise<Running> {
      const bridge = await BridgeProcess.start({ ...options, dist: resolve(root, 'dist') });
      return { ended: endOf(bridge.child), stop: () => bridge.stop() };
    },
  };
}

/** A real SpiceDB, which keeps its graph in a database of its own. */
export function binaryGraph(options: GraphOptions & { readonly binary: string; readonly databaseUrl: string }): GraphPart {
  return {
    name: 'spicedb',
    engine: `${options.binary}, over PostgreSQL`,
    async start(): Promise<Running> {
      await migrateSpicedb(options);
      const child = await serveSpicedb(options);
      return { ended: endOf(child), stop: () => child.stop().then(() => undefined) };
    },
  };
}
