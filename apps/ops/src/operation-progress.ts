import type { OperationView } from '#governance';
import { Presets, SingleBar } from 'cli-progress';
import { printable } from './printable.ts';

/** Where a command writes: `process`, or what a test holds in its place. */
export interface Terminal {
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean };
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

interface Progress {
  show(operation: OperationView): void;
  close(): void;
}

export const nobodyWorks = 'no worker is running: it waits for one';

/** What is under way, in words. */
function stepOf({ state, progress, cancel_requested: cancelling, waiting_for_worker: waiting }: OperationView): string {
  if (waiting) return nobodyWorks;
  if (cancelling && state === 'running') return 'ends soon, because it was cancelled';
  return printable(progress.step ?? state);
}

/** A bar where people look; lines, and only when something changed, where a log is kept. */
export const progressOn = (terminal: Terminal, id: string): Progress =>
  terminal.stderr.isTTY === true ? new Bar(terminal.stderr, id) : new Lines(terminal.stderr, id);

class Bar implements Progress {
  private readonly bar: SingleBar;

  constructor(stream: NodeJS.WritableStream, id: string) {
    const format = `${id} {bar} {value}/{of} {step}`;
    this.bar = new SingleBar({ format, stream, hideCursor: true, clearOnComplete: true, linewrap: false }, Presets.shades_classic);
    this.bar.start(1, 0, { of: '?', step: 'pending' });
  }

  show(operation: OperationView): void {
    const { done, total } = operation.progress;
    // Nobody knows how much there is: the bar stays empty, and the number counts.
    this.bar.setTotal(total ?? Number.MAX_SAFE_INTEGER);
    this.bar.update(done, { of: total ?? '?', step: stepOf(operation) });
  }

  close(): void {
    this.bar.stop();
  }
}

class Lines implements Progress {
  private last = '';
  private lastStep = '';
  private lastAt = 0;

  constructor(
    private readonly stream: NodeJS.WritableStream,
    private readonly id: string,
  ) {}

  /** Every step once, and the numbers every ten seconds. */
  show(operation: OperationView): void {
    const { done, total } = operation.progress;
    const step = stepOf(operation);
    const line = `${this.id}  ${done}/${total ?? '?'}  ${step}\n`;
    if (line === this.last || (step === this.lastStep && Date.now() - this.lastAt < 10_000)) return;
    [this.last, this.lastStep, this.lastAt] = [line, step, Date.now()];
    this.stream.write(line);
  }

  close(): void {
    return;
  }
}
