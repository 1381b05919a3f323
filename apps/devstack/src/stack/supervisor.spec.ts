import { describe, expect, it } from 'vitest';
import { Supervisor, type Running } from './supervisor.ts';

const QUICK = { firstMs: 1, longestMs: 4, soundAfterMs: 60_000 };

/** A part whose life is in the test's hands. */
class PuppetPart {
  readonly name = 'puppet';
  starts = 0;
  failing = false;
  readonly #waiting: (() => void)[] = [];
  #end: (reason: string) => void = () => undefined;
  stops = 0;

  start(): Promise<Running> {
    this.starts += 1;
    this.#waiting.splice(0).forEach((resolve) => resolve());
    if (this.failing) return Promise.reject(new Error('port taken'));
    const ended = new Promise<string>((resolve) => (this.#end = resolve));
    return Promise.resolve({
      ended,
      stop: async () => {
        this.stops += 1;
        this.#end('stopped');
      },
    });
  }

  die(reason: string): void {
    this.#end(reason);
  }

  async untilStarted(times: number): Promise<void> {
    while (this.starts < times) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}

describe('a part of the stack', () => {
  it('is started again when it ends unasked, and says why', async () => {
    const part = new PuppetPart();
    const said: string[] = [];
    const supervisor = new Supervisor(part, (message) => said.push(message), QUICK);
    await supervisor.start();
    part.die('SIGSEGV');
    await part.untilStarted(2);
    await supervisor.stop();
    expect(said[0]).toMatch(/puppet ended \(SIGSEGV\); starting it again/);
    expect(part.starts).toBe(2);
  });

  it('is tried again, later each time, while it does not start', async () => {
    const part = new PuppetPart();
    const said: string[] = [];
    const supervisor = new Supervisor(part, (message) => said.push(message), QUICK);
    await supervisor.start();
    part.failing = true;
    part.die('exit code 1');
    await part.untilStarted(4);
    part.failing = false;
    await part.untilStarted(5);
    await supervisor.stop();
    expect(said.filter((message) => message.includes('did not start: port taken')).length).toBeGreaterThanOrEqual(3);
  });

  it('is started anew when asked, without a word', async () => {
    const part = new PuppetPart();
    const said: string[] = [];
    const supervisor = new Supervisor(part, (message) => said.push(message), QUICK);
    await supervisor.start();
    await supervisor.restart();
    await part.untilStarted(2);
    await supervisor.stop();
    expect(said.filter((message) => message.includes('ended'))).toEqual([]);
  });

  it('stays down once it was stopped', async () => {
    const part = new PuppetPart();
    const supervisor = new Supervisor(part, () => undefined, QUICK);
    await supervisor.start();
    await supervisor.stop();
    expect(part).toMatchObject({ starts: 1 });
    expect(part.stops).toBeGreaterThan(0);
  });

  it('is stopped also while it starts', async () => {
    const part = new PuppetPart();
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const slow = { name: 'slow', start: () => gate.then(() => part.start()) };
    const supervisor = new Supervisor(slow, () => undefined, QUICK);
    const started = supervisor.start();
    const stopped = supervisor.stop();
    open();
    await Promise.all([started, stopped]);
    expect(part.stops).toBe(1);
  });

  it('that cannot start at first is an error of the whole stack', async () => {
    const part = new PuppetPart();
    part.failing = true;
    await expect(new Supervisor(part, () => undefined, QUICK).start()).rejects.toThrow('port taken');
  });
});
