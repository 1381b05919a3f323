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

interface Armed {
  readonly name: string;
  readonly action: Action;
  countdown: number;
}

/**
 * Named places where tests pull the plug. Switched on by `FAIL_POINTS="name=action[@nth],…"` (action: kill, stop, fail;
 * nth: which passage, default the first), never in production. Off, a passage costs one property read.
 */
export class FailPoints {
  private constructor(private readonly passed: Action | null) {}

  static readonly none = new FailPoints(null);

  static fromEnvironment(environment: NodeJS.ProcessEnv): FailPoints {
    const text = environment['FAIL_POINTS'];
    if (text === undefined || text === '') return FailPoints.none;
    if (environment['NODE_ENV'] === 'production') throw new Error('FAIL_POINTS is for tests and refused in production.');
    const armed = text.split(',').map(parse);
    return new FailPoints(async (name) => {
      for (const point of armed) {
        if (point.name !== name) continue;
        point.countdown -= 1;
        if (point.countdown === 0) await point.action(name);
      }
    });
  }

  /** For several workers in one process: each passage waits for the answer. */
  static calling(passed: Action): FailPoints {
    return new FailPoints(passed);
  }

  async pass(name: string): Promise<void> {
    if (this.passed !== null) await this.passed(name);
  }
}

function parse(entry: string): Armed {
  const [, name, action, nth] = /^([a-z-]+)=([a-z]+)(?:@(\d+))?$/.exec(entry.trim()) ?? [];
  const chosen = action !== undefined && Object.hasOwn(actions, action) ? actions[action] : undefined;
  if (name === undefined || chosen === undefined) throw new Error(`FAIL_POINTS: cannot read "${entry}".`);
  return { name, action: chosen, countdown: Number(nth ?? 1) };
}
