import { type AuthorizationProvider, epochCheck } from '#authorization';
import { type Database } from '#database';
import { platformScope } from '#kernel';
import type { HealthFinding, HealthProbe } from '#observability';
import { type GraphEpoch, type ProjectionMonitor, type ProjectionStatus } from '#outbox';

/** Older than this, an event that waits is worth a word. */
const worryingLagSeconds = 10;
const alive = { name: 'health', text: 'SELECT 1' };

/** Without PostgreSQL nothing can be answered. */
export class PostgresProbe implements HealthProbe {
  readonly name = 'postgres';
  readonly essential = true;

  constructor(private readonly database: Database) {}

  async check(): Promise<HealthFinding> {
    await this.database.read(platformScope, alive);
    return {};
  }
}

/**
 * SpiceDB, by asking whether it holds the current graph. A process that has never reached it is not ready: a wrong address or
 * key must not replace processes that work. Once it was reached, an outage only degrades: what needs no check is still served.
 */
export class GraphProbe implements HealthProbe {
  readonly name = 'spicedb';
  private reached = false;

  constructor(
    private readonly graph: AuthorizationProvider,
    private readonly epochs: GraphEpoch,
  ) {}

  get essential(): boolean {
    return !this.reached;
  }

  async check(): Promise<HealthFinding> {
    const epoch = await this.epochs.current();
    const { allowed } = await this.graph.check(epochCheck(epoch ?? 'none'), { kind: 'fully_consistent' }, { deadlineMs: 1_000 });
    this.reached = true;
    if (epoch === null) return { degraded: 'the graph was never built: is a worker running?' };
    return allowed ? {} : { degraded: 'the graph is not the current one and is being rebuilt' };
  }
}

function complaintAbout({ status, shards }: ProjectionStatus): string | undefined {
  const idle = shards.filter(({ holder }) => holder === null).map(({ shard }) => shard);
  const paused = shards.filter((shard) => shard.paused !== 'no').map(({ shard }) => shard);
  const behind = shards.filter(({ lagSeconds }) => lagSeconds > worryingLagSeconds).map(({ shard }) => shard);
  const dead = shards.reduce((sum, shard) => sum + shard.dead, 0);
  const complaints = [
    ...(status === 'ready' ? [] : [status === 'rebuilding' ? 'the graph is being rebuilt' : 'the graph was never built']),
    ...(idle.length > 0 ? [`no worker holds shard ${idle.join(', ')}`] : []),
    ...(paused.length > 0 ? [`shard ${paused.join(', ')} is paused`] : []),
    ...(behind.length > 0 ? [`shard ${behind.join(', ')} is more than ${worryingLagSeconds} s behind`] : []),
    ...(dead > 0 ? [`${dead} dead event(s) wait for an operator`] : []),
  ];
  return complaints.length > 0 ? complaints.join('; ') : undefined;
}

/** Whether what is committed also reaches the graph. */
export class ProjectionProbe implements HealthProbe {
  readonly name = 'projection';
  readonly essential = false;

  constructor(private readonly monitor: ProjectionMonitor) {}

  async check(): Promise<HealthFinding> {
    const status = await this.monitor.status();
    const degraded = complaintAbout(status);
    const lagSeconds = Math.max(0, ...status.shards.map((shard) => shard.lagSeconds));
    const pending = status.shards.reduce((sum, shard) => sum + shard.pending, 0);
    return { details: { lag_seconds: lagSeconds, pending }, ...(degraded === undefined ? {} : { degraded }) };
  }
}
