import type { OperationProgress } from '#governance';
import type { ProjectionMonitor, ProjectionStatus, ShardStatus } from '../read-your-writes.ts';
import { SelectorInvalid } from './errors.ts';
import type { EventRecords } from './event-records.ts';

/** What the metrics do not tell of a shard. */
export interface ShardDetails {
  readonly shard: number;
  readonly buckets: number;
  readonly projection_version: number;
  readonly epoch: string | null;
  readonly seq: string;
  readonly marker: string | null;
  /** Null: none is under way. */
  readonly rebuild: ShardRebuilding | null;
}

export interface ShardRebuilding {
  /** A graph in use goes on answering; one from scratch is not complete yet. */
  readonly kind: 'graph in use' | 'from scratch';
  /** `0` looks for what is to go; then it writes, phase by phase. */
  readonly phase: number;
  /** Written, or found there, so far. */
  readonly relationships: number;
}

/** What the engine refused of a rebuild: everything else was written. */
export interface Refusal {
  readonly shard: number;
  readonly relationship: string;
  readonly error: string;
  readonly seen_at: string;
}

export interface RebuildRefusals {
  readonly count: number;
  readonly newest: readonly Refusal[];
}

export interface TenantBacklog {
  readonly tenant_id: string | null;
  readonly slug: string | null;
  readonly shard: number | null;
  readonly pending: number;
  readonly dead: number;
  readonly oldest: { readonly position: string; readonly committed_at: string } | null;
}

export interface OpenOperation {
  readonly id: string;
  readonly kind: string;
  readonly state: string;
  readonly progress: OperationProgress;
}

/** The rest of what there is to see, read from PostgreSQL. */
export abstract class OverviewRecords {
  abstract shards(): Promise<readonly ShardDetails[]>;
  /** Buckets that a broken-off move left to nobody: their events wait. */
  abstract unassigned(): Promise<readonly number[]>;
  abstract operations(): Promise<readonly OpenOperation[]>;
  /** Of the last rebuild of each shard. */
  abstract refusals(most: number): Promise<RebuildRefusals>;
  abstract tenant(tenantId: string): Promise<TenantBacklog>;
  /** Those with the largest backlog. Reads the whole work list. */
  abstract tenants(most: number): Promise<readonly TenantBacklog[]>;
}

export interface ProjectionOverview {
  readonly epoch: string | null;
  readonly status: ProjectionStatus['status'];
  readonly well: boolean;
  readonly shards: readonly (ShardStatus & ShardDetails)[];
  readonly unassigned_buckets: readonly number[];
  /** Phases that a rebuild has after it looked for what is to go. */
  readonly rebuild_phases: number;
  readonly rebuild_refusals: RebuildRefusals;
  readonly operations: readonly OpenOperation[];
  /** Present when tenants were asked for. */
  readonly tenants: readonly TenantBacklog[];
}

/** An event that waits longer needs somebody's attention, in seconds. */
const longestLag = 60;

export const mostTenants = 100;

const noDetails = { buckets: 0, projection_version: 0, epoch: null, seq: '0', marker: null, rebuild: null };

const refusalsShown = 20;

export class LookAtProjection {
  constructor(
    private readonly monitor: ProjectionMonitor,
    private readonly overview: OverviewRecords,
    private readonly records: EventRecords,
    private readonly rebuildPhases: number,
  ) {}

  /** Throws `SelectorInvalid` for a tenant that is not there. */
  async run(asked: { readonly tenant?: string; readonly tenants?: number } = {}): Promise<ProjectionOverview> {
    const [state, details, unassigned, operations, refusals, tenants] = await Promise.all([
      this.monitor.status(),
      this.overview.shards(),
      this.overview.unassigned(),
      this.overview.operations(),
      this.overview.refusals(refusalsShown),
      this.tenants(asked),
    ]);
    const byShard = new Map(details.map((shard) => [shard.shard, shard]));
    const shards = state.shards.map((shard) => ({ ...noDetails, ...byShard.get(shard.shard), ...shard }));
    const well = state.status === 'ready' && unassigned.length === 0 && refusals.count === 0 && shards.every(isWell);
    return {
      ...{ epoch: state.epoch, status: state.status, well, shards, unassigned_buckets: unassigned },
      ...{ rebuild_phases: this.rebuildPhases, rebuild_refusals: refusals, operations, tenants },
    };
  }

  private async tenants({
    tenant,
    tenants = 0,
  }: {
    readonly tenant?: string;
    readonly tenants?: number;
  }): Promise<readonly TenantBacklog[]> {
    if (tenant === undefined) return tenants === 0 ? [] : this.overview.tenants(Math.min(tenants, mostTenants));
    const id = await this.records.tenantId(tenant);
    if (id === null) throw new SelectorInvalid([{ field: 'tenant', detail: 'there is no tenant with this id or slug' }]);
    return [await this.overview.tenant(id)];
  }
}

const isWell = ({ holder, dead, paused, lagSeconds }: ShardStatus): boolean =>
  holder !== null && dead === 0 && paused === 'no' && lagSeconds <= longestLag;
