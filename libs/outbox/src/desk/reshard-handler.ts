import { OperationHandler, type JsonObject, type OperationRun } from '#governance';
import type { BucketMove } from '../projection/shard-map.ts';
import { dataShards, planReshard } from './plan-reshard.ts';
import { rest } from './rest.ts';
import { reshardKind, type ShardPlan } from './reshard.ts';

/** Buckets moved at a time. Each time every shard changes hands once, and the events of these buckets wait for it. */
const group = 16;

/** Milliseconds between two groups: the shards work off what waited meanwhile. */
const restMs = 500;

export interface ReshardHandlerPorts {
  readonly plan: ShardPlan;
  readonly move: (moves: readonly BucketMove[]) => Promise<void>;
}

/** Moves what is not where it should be, a group at a time, as the map says at that moment: so it goes on after any crash. */
export class ReshardHandler extends OperationHandler {
  override readonly kind = reshardKind;

  constructor(private readonly ports: ReshardHandlerPorts) {
    super();
  }

  override async run(run: OperationRun): Promise<JsonObject> {
    const { plan, move } = this.ports;
    const before = await plan.map();
    const shards = dataShards(before, Number(run.input['shards']));
    await plan.ensure(shards);
    let moved = 0;
    for (;;) {
      run.signal.throwIfAborted();
      const moves = planReshard(await plan.map(), shards);
      await run.report({ done: moved, total: moved + moves.length, step: `${moves.length} buckets to move` });
      if (moves.length === 0) return { shards: [...shards], moved };
      const now = moves.slice(0, group);
      await move(now);
      moved += now.length;
      await rest(restMs, run.signal);
    }
  }
}
