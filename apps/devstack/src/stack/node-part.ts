import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setTimeout as pause } from 'node:timers/promises';
import { Child } from '../child-process.ts';
import { endOf } from '../spicedb/graph-part.ts';
import type { Say } from './stack-log.ts';
import type { Running, SupervisedPart } from './supervisor.ts';

export interface ProgramOptions {
  readonly name: string;
  /** Folder of the repository. */
  readonly root: string;
  /** Built program below `dist`. */
  readonly program: string;
  readonly args?: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * As in the image: on a machine with much memory V8 lets what is young grow to 130 MB, which a worker in a rebuild of 100,000 relationships
 * then held for nothing: 440 MB in all, 305 with this, at the same speed.
 */
export const nodeFlags = ['--max-semi-space-size=16'] as const;

function start(options: ProgramOptions, say: Say): Child {
  const dist = resolve(options.root, 'dist');
  const watch = pathToFileURL(resolve(dist, 'apps/devstack/src/parent-watch.js')).href;
  return new Child({
    name: options.name,
    args: [...nodeFlags, '--import', watch, resolve(dist, options.program), ...(options.args ?? [])],
    env: options.env,
    cwd: options.root,
    onLine: (line) => say.line(options.name, line),
  });
}

/** Runs a command to its end; rejects with what it printed when it failed. */
export async function runCommand(options: ProgramOptions, say: Say): Promise<void> {
  const child = start(options, say);
  const { code, signal } = await child.finished();
  if (code !== 0) throw new Error(`${options.name} failed (${signal ?? `exit code ${code}`}):\n${child.output}`);
}

const READY_LIMIT_MS = 120_000;

/** One of our services: up once it reports at `readyUrl` that nothing is missing, the rebuilt graph included. */
export function servicePart(options: ProgramOptions & { readonly readyUrl: string }, say: Say): SupervisedPart {
  return {
    name: options.name,
    async start(unwanted): Promise<Running> {
      const child = start(options, say);
      const running = { ended: endOf(child), stop: () => child.stop().then(() => undefined) };
      await untilReady(child, options, unwanted).catch(async (error: unknown) => {
        await running.stop();
        throw error;
      });
      return running;
    },
  };
}

async function untilReady(child: Child, { name, readyUrl }: { name: string; readyUrl: string }, unwanted: AbortSignal): Promise<void> {
  const deadline = Date.now() + READY_LIMIT_MS;
  for (let last = 'nothing answered'; ;) {
    if (unwanted.aborted) throw new Error(`${name} was stopped before it was ready.`);
    if (!child.running) throw new Error(`${name} ended before it was ready:\n${child.output}`);
    if (Date.now() > deadline)
      throw new Error(`${name} was not ready within ${READY_LIMIT_MS / 1000} s (${readyUrl}: ${last}):\n${child.output}`);
    const answer = await fetch(readyUrl, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined);
    if (answer) {
      last = await answer.text().catch((error: Error) => error.message);
      if (answer.ok && isSound(last)) return;
    }
    await pause(50);
  }
}

/** A degraded service answers 200 too, for those who would rather have some of it than nothing. */
function isSound(body: string): boolean {
  return (JSON.parse(body) as { status?: string }).status === 'ok';
}
