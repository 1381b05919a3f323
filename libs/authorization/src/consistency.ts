import type { Consistency } from './authorization-provider.ts';

/**
 * The weakest consistency that satisfies both. Two different tokens cannot be ordered, so together they ask for the newest
 * state. An exact revision is only a lower bound here: what was true once is no ground to let somebody in.
 */
export function strongest(first: Consistency, second: Consistency): Consistency {
  if (first.kind === 'minimize_latency') return lowerBound(second);
  if (second.kind === 'minimize_latency') return lowerBound(first);
  if (first.kind === 'fully_consistent' || second.kind === 'fully_consistent') return { kind: 'fully_consistent' };
  return first.token === second.token ? lowerBound(first) : { kind: 'fully_consistent' };
}

function lowerBound(consistency: Consistency): Consistency {
  return consistency.kind === 'exact' ? { kind: 'at_least_as_fresh', token: consistency.token } : consistency;
}
