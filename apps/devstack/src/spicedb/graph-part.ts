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

/**
 * How old a fast answer of the engine in memory may be: it has SpiceDB's default, a window of 5 s and a tenth of extra staleness, and no
 * setting for it (measured: a deleted relationship was answered with yes for 4.4 s).
 */
export const embeddedStalenessMs = 5_500;

/** SpiceDB as a part of the stack, and what to call it. */
export interface GraphPart extends SupervisedPart {
  readonly engine: string;
  /** Milliseconds that its fast answers may be old, where that is not what the product takes for granted. */
  readonly stalenessMs?: number;
}

export const endOf = (child: Child): Promise<string> => child.ended.then(({ code, signal }) => signal ?? `exit code ${code}`);

/** The engine in memory: after each start it is empty, and the worker fills it again from PostgreSQL. */
export function embeddedGraph(options: GraphOptions, root: string): GraphPart {
  return {
    name: 'spicedb',
    engine: 'embedded, in memory',
    stalenessMs: embeddedStalenessMs,
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
