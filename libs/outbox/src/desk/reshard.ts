import type { AuditTrail, OperationId, Operations } from '#governance';
import { platformScope, type ExecutionContext, type UnitOfWork } from '#kernel';
import type { BucketMove } from '../projection/shard-map.ts';
import { shardsAsTheyAre } from '../rebuild/rebuild-request.ts';
import { ShardCountInvalid } from './errors.ts';
import { mostShards, type BucketPlace } from './plan-reshard.ts';

/** Which shards there are and which buckets they have. */
export abstract class ShardPlan {
  abstract map(): Promise<readonly BucketPlace[]>;
  /**
   * Makes those shards that are not there yet. While the graph is complete they are complete, being empty; while it is rebuilt they are
   * rebuilt like all others.
   */
  abstract ensure(shards: readonly number[]): Promise<void>;
}

export interface ReshardPorts {
  readonly operations: Operations;
  readonly unitOfWork: UnitOfWork;
  readonly audit: AuditTrail;
  /** `reassignBuckets`, with the servers of this process. */
  readonly move: (moves: readonly BucketMove[], begins?: () => Promise<void>) => Promise<void>;
}

export const reshardKind = 'reshard';

export class Reshard {
  constructor(private readonly ports: ReshardPorts) {}

  /** Spreads all tenants over so many shards, while workers run. Throws `ShardCountInvalid`; `OperationInProgress` while shards are moved or the graph is rebuilt. */
  request(context: ExecutionContext, shards: number): Promise<{ id: OperationId; version: number }> {
    if (!Number.isInteger(shards) || shards < 1 || shards > mostShards) return Promise.reject(new ShardCountInvalid(mostShards));
    const { unitOfWork, operations } = this.ports;
    const wanted = { kind: reshardKind, tenantId: null, input: { shards }, exclusive: shardsAsTheyAre };
    return unitOfWork.run(context, platformScope, (tx) => operations.request(tx, context, wanted));
  }

  /**
   * Gives these buckets to these shards, at once. It goes in several transactions; what is audited is that it was begun. Throws `InvalidBucketMove`, and nothing
   * was done, or audited.
   */
  async move(context: ExecutionContext, moves: readonly BucketMove[]): Promise<void> {
    const { unitOfWork, audit, move } = this.ports;
    const entry = {
      action: 'projection.buckets_move_begun',
      target: { type: 'projection', id: 'buckets' },
      tenantId: null,
      after: { moves },
    };
    await move(moves, () => unitOfWork.run(context, platformScope, (tx) => audit.record(tx, context, entry)));
  }
}
