import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { startGuard } from './guard.ts';

export interface ChildOptions {
  readonly name: string;
  /** Node, unless another program is named. */
  readonly command?: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  readonly onLine?: (line: string, stream: 'stdout' | 'stderr') => void;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

const KEPT_LINES = 200;

/**
 * A process of ours, in a session of its own so that Ctrl-C in the terminal reaches only its parent, which stops its
 * children in order. None outlives the parent, however that ends: a Node process is given a channel, which closes then
 * and lets `parent-watch` end it; any other program gets a guard.
 */
export class Child {
  readonly #lines: string[] = [];
  readonly #process: ChildProcess;
  readonly ended: Promise<Ended>;
  readonly #drained: Promise<void>;
  stopping = false;

  constructor(readonly options: ChildOptions) {
    this.#process = spawn(options.command ?? process.execPath, [...options.args], {
      env: { ...process.env, ...options.env },
      cwd: options.cwd,
      detached: true,
      stdio: options.command ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    if (options.command) this.#process.once('spawn', () => startGuard(this.#process));
    this.#follow(this.#process.stdout, 'stdout');
    this.#follow(this.#process.stderr, 'stderr');
    this.ended = new Promise((resolve) => {
      this.#process.once('exit', (code, signal) => resolve({ code, signal }));
      this.#process.once('error', () => resolve({ code: null, signal: null }));
    });
    this.#drained = new Promise((resolve) => {
      this.#process.once('close', () => resolve());
      this.#process.once('error', () => this.#process.pid === undefined && resolve()); // it never began
    });
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  get running(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** The last lines it printed. */
  get output(): string {
    return this.#lines.join('\n');
  }

  kill(signal: NodeJS.Signals): void {
    if (this.running) this.#process.kill(signal);
  }

  /** Its end, once the last line of its output was read: of whoever inherited it, too. For what a command printed. */
  async finished(): Promise<Ended> {
    await this.#drained;
    return this.ended;
  }

  /** SIGTERM, and SIGKILL when that was not enough. */
  async stop(graceMs = 10_000): Promise<Ended> {
    this.stopping = true;
    if (!this.running) return this.ended;
    this.kill('SIGTERM');
    const limit = setTimeout(() => this.kill('SIGKILL'), graceMs);
    const ended = await this.ended;
    clearTimeout(limit);
    return ended;
  }

  /** The first line that `matches` turns into a value; rejects with the output when the process ends or takes too long. */
  untilLine<T>(matches: (line: string) => T | undefined, limitMs: number): Promise<T> {
    return new Promise((resolve, reject) => {
      const fail = (why: string): void => reject(new Error(`${this.options.name} ${why}\n${this.output}`));
      const limit = setTimeout(() => fail(`was not ready after ${limitMs / 1000} s`), limitMs);
      const watch = (line: string): void => {
        const value = matches(line);
        if (value === undefined) return;
        clearTimeout(limit);
        this.#watchers.delete(watch);
        resolve(value);
      };
      this.#watchers.add(watch);
      void this.#drained.then(() => {
        clearTimeout(limit);
        fail('ended before it was ready');
      });
    });
  }

  readonly #watchers = new Set<(line: string) => void>();

  #follow(stream: Readable | null, name: 'stdout' | 'stderr'): void {
    if (!stream) return;
    createInterface({ input: stream }).on('line', (line) => {
      this.#lines.push(line);
      if (this.#lines.length > KEPT_LINES) this.#lines.shift();
      for (const watch of [...this.#watchers]) watch(line);
      this.options.onLine?.(line, name);
    });
  }
}
