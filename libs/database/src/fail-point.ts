type Action = (name: string) => Promise<void>;

const actions: Record<string, Action> = {
  /** As `kill -9` at this very line. */
  kill: async () => {
    process.kill(process.pid, 'SIGKILL');
    await new Promise(() => undefined);
  },
  /** As a long garbage collection, a frozen virtual machine or SIGSTOP at this very line. The next line runs after SIGCONT. */
  stop: async () => {
    process.kill(process.pid, 'SIGSTOP');
    await new Promise((resolve) => setTimeout(resolve, 20));
  },
  fail: async (name) => {
    throw new Error(`fail point ${name}`);
  },
};

/**
 * Named places where tests pull the plug. Switched on by `FAIL_POINTS="name=action[@nth],…"` (action: kill, stop, fail;
 * nth: which passage, default the first), never in production. Off, a passage costs one property read.
 */
export class FailPoints {
  private constructor(private readonly armed: ReadonlyMap<string, { action: Action; countdown: number }> | null) {}

  static readonly none = new FailPoints(null);

  static fromEnvironment(environment: NodeJS.ProcessEnv): FailPoints {
    const text = environment['FAIL_POINTS'];
    if (text === undefined || text === '') return FailPoints.none;
    if (environment['NODE_ENV'] === 'production') throw new Error('FAIL_POINTS is for tests and refused in production.');
    return new FailPoints(new Map(text.split(',').map((entry) => FailPoints.parse(entry))));
  }

  private static parse(entry: string): [string, { action: Action; countdown: number }] {
    const [, name, action, nth] = /^([a-z-]+)=([a-z]+)(?:@(\d+))?$/.exec(entry.trim()) ?? [];
    const chosen = action === undefined ? undefined : actions[action];
    if (name === undefined || chosen === undefined) throw new Error(`FAIL_POINTS: cannot read "${entry}".`);
    return [name, { action: chosen, countdown: Number(nth ?? 1) }];
  }

  async pass(name: string): Promise<void> {
    if (this.armed === null) return;
    const point = this.armed.get(name);
    if (point === undefined) return;
    point.countdown -= 1;
    if (point.countdown === 0) await point.action(name);
  }
}
