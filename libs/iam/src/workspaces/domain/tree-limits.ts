import { WorkspaceTooDeep } from './errors.ts';

export const DEFAULT_WORKSPACE_MAX_DEPTH = 16;

/** SpiceDB itself follows at most 50 steps, and a check needs some of them beside the tree. */
export const HIGHEST_WORKSPACE_MAX_DEPTH = 40;

/** How far a tenant's tree may grow: the operator's choice. Lowering it moves nothing, but refuses what would be too deep from then on. */
export class TreeLimits {
  /** In levels, the root's included. */
  constructor(readonly maxDepth: number = DEFAULT_WORKSPACE_MAX_DEPTH) {
    if (!Number.isInteger(maxDepth) || maxDepth < 1 || maxDepth > HIGHEST_WORKSPACE_MAX_DEPTH) {
      throw new RangeError(`a tree of workspaces has 1 to ${HIGHEST_WORKSPACE_MAX_DEPTH} levels`);
    }
  }

  /** Throws `WorkspaceTooDeep`. */
  mustHold(levels: number): void {
    if (levels > this.maxDepth) throw new WorkspaceTooDeep(this.maxDepth);
  }
}
