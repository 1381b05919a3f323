import { setTimeout as pause } from 'node:timers/promises';

/** A part of the stack that is up. */
export interface Running {
  /** Resolves with the reason when it ends, wanted or not. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

export interface SupervisedPart {
  readonly name: string;
  /** Resolves when the part is up; rejects with a reason a person can act on, or soon after it is not wanted any more. */
  start(unwanted: AbortSignal): Promise<Running>;
}

export interface Backoff {
  readonly firstMs: number;
  readonly longestMs: number;
  /** A part that held this long is considered sound again. */
  readonly soundAfterMs: number;
}

const BACKOFF: Backoff = { firstMs: 500, longestMs: 15_000, soundAfterMs: 60_000 };

/** Keeps one part of the stack up: what ends unasked is started again, after a pause that doubles while it keeps ending. */
export class Supervisor {
  #running: Running | undefined;
  #starting: Promise<Running> | undefined;
  #restarting = false;
  readonly #stopped = new AbortController();
  #watching: Promise<void> = Promise.resolve();

  constructor(
    private readonly part: SupervisedPart,
    private readonly say: (message: string) => void,
    private readonly backoff: Backoff = BACKOFF,
  ) {}

  /** The first start must succeed: a stack that never came up is not worth keeping. */
  async start(): Promise<void> {
    this.#watching = this.#watch(await this.#startOnce());
  }

  /** Also while it starts. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#starting?.catch(() => undefined);
    await this.#running?.stop();
    await this.#watching;
  }

  /** Ends what runs; it is started again at once. What is not up yet is left alone. */
  async restart(): Promise<void> {
    if (this.#restarting || this.#stopped.signal.aborted) return;
    this.#restarting = true;
    await this.#running?.stop();
  }

  async #startOnce(): Promise<Running> {
    this.#starting = this.part.start(this.#stopped.signal);
    this.#running = await this.#starting;
    return this.#running;
  }

  async #watch(first: Running): Promise<void> {
    let pauseMs = this.backoff.firstMs;
    for (let running = first; ;) {
      const since = Date.now();
      const reason = await running.ended;
      if (this.#stopped.signal.aborted) return;
      await running.stop(); // what it leaves behind
      if (Date.now() - since >= this.backoff.soundAfterMs) pauseMs = this.backoff.firstMs;
      const wanted = this.#restarting;
      if (wanted) pauseMs = 0;
      else this.say(`${this.part.name} ended (${reason}); starting it again in ${pauseMs / 1000} s`);
      this.#restarting = false;
      const next = await this.#startAgain(pauseMs);
      if (!next) return;
      running = next.running;
      pauseMs = this.#longer(next.pauseMs);
    }
  }

  async #startAgain(firstPauseMs: number): Promise<{ running: Running; pauseMs: number } | undefined> {
    for (let pauseMs = firstPauseMs; ; pauseMs = this.#longer(pauseMs)) {
      await pause(pauseMs, undefined, { signal: this.#stopped.signal }).catch(() => undefined);
      if (this.#stopped.signal.aborted) return undefined;
      try {
        const running = await this.#startOnce();
        if (!this.#stopped.signal.aborted) this.say(`${this.part.name} is up again`);
        return { running, pauseMs };
      } catch (error) {
        if (!this.#stopped.signal.aborted) this.say(`${this.part.name} did not start: ${(error as Error).message}`);
      }
    }
  }

  #longer(pauseMs: number): number {
    return Math.min(Math.max(pauseMs * 2, this.backoff.firstMs), this.backoff.longestMs);
  }
}
