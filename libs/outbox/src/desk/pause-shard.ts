import type { AuditTrail } from '#governance';
import { platformScope, type ExecutionContext, type Transaction, type UnitOfWork } from '#kernel';
import { ShardNotFound } from './errors.ts';
import { reasonOf } from './reason.ts';

export const PAUSE_LEVELS = ['grants', 'all'] as const;
export type PauseLevel = (typeof PAUSE_LEVELS)[number];

export interface PauseState {
  readonly paused: 'no' | PauseLevel;
  readonly reason: string | null;
}

/** How far shards are stopped. */
export abstract class ShardPauses {
  /** Returns what was before; null when there is no such shard. Workers see it with their next batch. */
  abstract set(tx: Transaction, shard: number, state: PauseState): Promise<PauseState | null>;
}

export interface PausePorts {
  readonly pauses: ShardPauses;
  readonly unitOfWork: UnitOfWork;
  readonly audit: AuditTrail;
}

/** Stops a shard, and lets it go on. */
export class PauseShard {
  constructor(private readonly ports: PausePorts) {}

  /** `grants`: removals go on being applied. `all`: nothing is. Throws `ShardNotFound`, `ReasonMissing`. */
  async pause(context: ExecutionContext, shard: number, level: PauseLevel, reason: string): Promise<PauseState> {
    return this.set(context, shard, { paused: level, reason: reasonOf(reason) }, 'projection.shard_paused');
  }

  /** Throws `ShardNotFound`. */
  resume(context: ExecutionContext, shard: number): Promise<PauseState> {
    return this.set(context, shard, { paused: 'no', reason: null }, 'projection.shard_resumed');
  }

  private set(context: ExecutionContext, shard: number, state: PauseState, action: string): Promise<PauseState> {
    const { pauses, unitOfWork, audit } = this.ports;
    return unitOfWork.run(context, platformScope, async (tx) => {
      const before = await pauses.set(tx, shard, state);
      if (before === null) throw new ShardNotFound(shard);
      const target = { type: 'shard', id: String(shard) };
      await audit.record(tx, context, { action, target, tenantId: null, before: { ...before }, after: { ...state } });
      return state;
    });
  }
}
