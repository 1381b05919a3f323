import type { AuthorizationProvider } from '#authorization';
import type { TenantId, UserId } from '#kernel';
import { channels, PgListener } from '#outbox/nest';
import type { InProcessWorker } from './in-process-worker.ts';
import { LandedWrites } from './landed-writes.ts';
import { OperatorsDesk } from './operators-desk.ts';
import { ProjectionBench } from './projection-bench.ts';

/** A tenant, the desk that puts events back on the list, and a worker that is called when it does. */
export class ReplayStage {
  readonly landed = new LandedWrites();
  private current: InProcessWorker | undefined;

  private constructor(
    readonly bench: ProjectionBench,
    readonly at: OperatorsDesk,
    readonly ada: UserId,
    readonly acme: TenantId,
    private readonly listener: PgListener,
  ) {}

  static async open(): Promise<ReplayStage> {
    const bench = await ProjectionBench.open();
    const at = await OperatorsDesk.open(bench);
    const ada = await bench.user();
    const { id } = await bench.tenant(ada);
    const stage = new ReplayStage(bench, at, ada, id, new PgListener(bench.database.url, 'test-signals'));
    await stage.startWorker();
    stage.listener.on(channels.lookAgain, () => stage.worker.worker.lookAgain()).start();
    await bench.isExact();
    return stage;
  }

  /** The newest that was started: it is the one that is called. */
  get worker(): InProcessWorker {
    if (this.current === undefined) throw new Error('no worker was started');
    return this.current;
  }

  async startWorker(through: (graph: AuthorizationProvider) => AuthorizationProvider = this.landed.through): Promise<void> {
    this.current = await this.bench.worker({ sweepMs: 200, through });
  }

  async close(): Promise<void> {
    await this.listener.close();
    await this.at.close();
    await this.bench.close();
  }
}
