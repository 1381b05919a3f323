import { rest } from '../../support/rest.ts';
import { anyFreePort } from '../../../apps/devstack/src/free-port.ts';
import { startService, type RunningService, type ServiceOptions } from '../../support/child-process.ts';
import { isFrozen } from '../support/worker-process.ts';

type PartOptions = Pick<ServiceOptions, 'program' | 'portVariable' | 'env'>;

const startWithinMs = 60_000;

/** One of our processes, as a supervisor runs it: started again on the same port whenever it has ended. */
export class Part {
  private running: RunningService | null = null;
  /** How often it ended without being killed. */
  falls = 0;

  private constructor(
    readonly name: string,
    private readonly options: PartOptions,
    private readonly port: number,
  ) {}

  static async start(name: string, options: PartOptions): Promise<Part> {
    const part = new Part(name, options, await anyFreePort());
    await part.revive();
    return part;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get output(): string {
    return this.running?.child.output ?? '';
  }

  /** Until it is up. It may need what is not there yet, and end: then again. */
  async revive(): Promise<void> {
    const deadline = Date.now() + startWithinMs;
    while (this.running === null || !this.running.child.running) {
      this.running = await this.started({}, '/healthz').catch(async (error: unknown) => {
        this.falls += 1;
        if (Date.now() > deadline) throw error;
        await rest(100);
        return null;
      });
    }
  }

  /** With fail points it may be gone or frozen before it answers: nobody waits for it. */
  async reviveWith(failPoints: string): Promise<void> {
    this.running = await this.started({ FAIL_POINTS: failPoints }, null);
  }

  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.running?.child.ended;
  }

  freeze(): void {
    this.signal('SIGSTOP');
  }

  thaw(): void {
    this.signal('SIGCONT');
  }

  get frozen(): boolean {
    return this.alive && this.running !== null && isFrozen(this.running);
  }

  get alive(): boolean {
    return this.running?.child.running === true;
  }

  async stop(): Promise<void> {
    this.thaw();
    await this.running?.stop();
  }

  private signal(signal: NodeJS.Signals): void {
    this.running?.child.kill(signal);
  }

  private started(env: Record<string, string>, readyPath: string | null): Promise<RunningService> {
    const { options, port } = this;
    return startService({ ...options, port, readyPath, env: { ...options.env, ...env } });
  }
}
