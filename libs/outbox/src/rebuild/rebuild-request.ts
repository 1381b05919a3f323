import type { OperationRequest } from '#governance';
import { DomainError } from '#kernel';

export const rebuildKind = 'rebuild';

/** Of operations that say so one is under way at a time: a rebuild follows the shards that there are, and a reshard makes others. */
export const shardsAsTheyAre = 'projection_shards';

/** Of the graph in use; or, from scratch, in a new epoch: until it is whole a denial is answered with 503, and until it is pruned a yes too. */
export function rebuildRequest(fromScratch: boolean): OperationRequest {
  return { kind: rebuildKind, tenantId: null, input: { from_scratch: fromScratch }, exclusive: shardsAsTheyAre };
}

/** It was never built, is being made anew, or a part of it that was found suspect is: that ends first. */
export class GraphNotWhole extends DomainError {
  override readonly kind = 'conflict';
  override readonly code = 'graph_not_whole';

  constructor() {
    super('The graph, or a part of it, is being made again already. Wait until it is whole.');
  }
}
