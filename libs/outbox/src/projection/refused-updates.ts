import { InvalidRelationship, relationshipKey, type RelationshipUpdate } from '#authorization';
import type { MarkedWriter } from './marked-writer.ts';
import type { ProjectionObserver } from './observer.ts';
import type { BatchPlan } from './plan-batch.ts';
import type { WorkList } from './work-list.ts';

/** What a rebuild writes, and whose it is. */
export interface OwnedUpdate {
  readonly tenantId: string | null;
  readonly update: RelationshipUpdate;
}

const nothing = { done: [], demoted: [], parts: new Map<never, never>(), revokedTenants: [] };

/** Writes these, and takes nothing off the work list. */
export const planOf = (updates: readonly RelationshipUpdate[]): BatchPlan => ({ ...nothing, updates });

export interface RefusedPorts {
  readonly workList: WorkList;
  readonly observer: ProjectionObserver;
  /** Throws when the engine refuses everything, or holds another schema. */
  readonly assertEngineIsSound: (drain: MarkedWriter, error: InvalidRelationship) => Promise<void>;
  readonly soundAlarm: (shard: number, tenantId: string | null) => Promise<void>;
}

/** Finds, by bisection, what the engine refuses of a rebuild's call, sets it aside by name and writes everything else. */
export class RefusedUpdates {
  constructor(private readonly ports: RefusedPorts) {}

  async handle(drain: MarkedWriter, updates: readonly OwnedUpdate[], error: InvalidRelationship): Promise<void> {
    await this.ports.assertEngineIsSound(drain, error);
    await this.bisect(drain, updates, error);
  }

  private async bisect(drain: MarkedWriter, updates: readonly OwnedUpdate[], error: InvalidRelationship): Promise<void> {
    const [only, ...others] = updates;
    if (only === undefined) throw error; // nothing in the call explains it: try again later, and say so
    if (others.length === 0) return this.setAside(drain.holder.shard, only, error);
    const middle = Math.ceil(updates.length / 2);
    for (const half of [updates.slice(0, middle), updates.slice(middle)]) await this.tryHalf(drain, half);
  }

  private async tryHalf(drain: MarkedWriter, half: readonly OwnedUpdate[]): Promise<void> {
    try {
      await drain.writeAndRecord(planOf(half.map(({ update }) => update)));
    } catch (error) {
      if (!(error instanceof InvalidRelationship)) throw error;
      await this.bisect(drain, half, error);
    }
  }

  private async setAside(shard: number, { tenantId, update }: OwnedUpdate, error: InvalidRelationship): Promise<void> {
    const edge = relationshipKey(update.relationship);
    const isNews = await this.ports.workList.refuse(shard, edge, error.cause instanceof Error ? error.cause.message : error.message);
    this.ports.observer.refused(shard, edge, error);
    if (isNews) await this.ports.soundAlarm(shard, tenantId);
  }
}
