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
  /** `0` prunes; null: its part of the graph is complete. */
  readonly rebuild_phase: number | null;
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
  readonly progress: unknown;
}

/** The rest of what there is to see, read from PostgreSQL. */
export abstract class OverviewRecords {
  abstract shards(): Promise<readonly ShardDetails[]>;
  /** Buckets that a broken-off move left to nobody: their events wait. */
  abstract unassigned(): Promise<readonly number[]>;
  abstract operations(): Promise<readonly OpenOperation[]>;
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
  readonly operations: readonly OpenOperation[];
  /** Present when tenants were asked for. */
  readonly tenants: readonly TenantBacklog[];
}

/** An event that waits longer needs somebody's attention, in seconds. */
const longestLag = 60;

export const mostTenants = 100;

const noDetails = { buckets: 0, projection_version: 0, epoch: null, seq: '0', marker: null, rebuild_phase: null };

export class LookAtProjection {
  constructor(
    private readonly monitor: ProjectionMonitor,
    private readonly overview: OverviewRecords,
    private readonly records: EventRecords,
  ) {}

  /** Throws `SelectorInvalid` for a tenant that is not there. */
  async run(asked: { readonly tenant?: string; readonly tenants?: number } = {}): Promise<ProjectionOverview> {
    const [state, details, unassigned, operations, tenants] = await Promise.all([
      this.monitor.status(),
      this.overview.shards(),
      this.overview.unassigned(),
      this.overview.operations(),
      this.tenants(asked),
    ]);
    const byShard = new Map(details.map((shard) => [shard.shard, shard]));
    const shards = state.shards.map((shard) => ({ ...noDetails, ...byShard.get(shard.shard), ...shard }));
    const well = state.status === 'ready' && unassigned.length === 0 && shards.every(isWell);
    return { epoch: state.epoch, status: state.status, well, shards, unassigned_buckets: unassigned, operations, tenants };
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
