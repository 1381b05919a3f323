import type { TenantId } from '#kernel';
import type { AuthorizationProvider, CheckRequest, Consistency } from './authorization-provider.ts';
import { strongest } from './consistency.ts';
import { GraphNotCurrent, InvalidGraphToken } from './errors.ts';
import { epochCheck } from './graph-vocabulary.ts';

/** What this process knows of revocations that a fast answer of the engine could still overlook. */
export abstract class FreshnessSource {
  /** Of the tenant and of the platform; null: of the platform alone. */
  abstract freshness(tenantId: TenantId | null): Consistency;
}

/** Which epoch of the graph is current, by the truth. Null while there has never been one. */
export abstract class EpochSource {
  abstract current(): Promise<string | null>;

  /**
   * True from when a graph was found lost or restored until what it holds and no row makes is pruned: not even its yes may be believed. Asked
   * with every decision, so it costs nothing as a rule.
   */
  abstract isDoubted(): boolean | Promise<boolean>;
}

export interface DecisionContext {
  readonly tenantId: TenantId | null;
  /** What the caller's consistency token asks for. */
  readonly freshnessFromCaller?: Consistency;
  /** Asked in the same call as a denial's confirmation: may the caller at least see it, or is it archived? */
  readonly explainBy?: readonly CheckRequest[];
}

export type Decision =
  | { readonly outcome: 'allowed' }
  /** `explanation` answers `explainBy`, in its order, at the revision of the denial. */
  | { readonly outcome: 'denied'; readonly explanation: readonly boolean[] };

/** A decision on a list: whether it may be read at all, and which of its rows are shown. */
export type Selection =
  | { readonly outcome: 'allowed'; /** In the order of the rows. */ readonly shown: readonly boolean[] }
  | Extract<Decision, { outcome: 'denied' }>;

const allowed: Decision = { outcome: 'allowed' };

/**
 * Decides whether a caller may. A yes may be as old as the engine's staleness window, but never older than a revocation
 * this process knows of or a state the caller has seen: one engine call. A no is asked again of the newest state, in one
 * bulk call that also asks whether the graph is the current one: two engine calls.
 *
 * Throws `AuthorizationUnavailable`, `GraphSchemaMissing` or `GraphNotCurrent`, all of kind `unavailable`, when the graph
 * cannot be asked or not be believed: an outage is never a no.
 */
export class AccessDecision {
  constructor(
    private readonly graph: AuthorizationProvider,
    private readonly freshness: FreshnessSource,
    private readonly epochs: EpochSource,
  ) {}

  /** Allowed when every request is. At most 998 requests and explanations together; one is the fast case. */
  async decide(requests: readonly CheckRequest[], context: DecisionContext): Promise<Decision> {
    await this.refuseDoubtedGraph();
    const consistency = this.consistencyFor(context);
    if (consistency.kind !== 'fully_consistent' && (await this.isAllowed(requests, consistency))) return allowed;
    return this.decideByTheNewest(requests, context.explainBy ?? []);
  }

  /**
   * Decides on a list and on its rows together: one engine call when nothing is denied, and a second one that asks only for what was. At
   * most 996 rows; none is the list alone.
   */
  async select(list: CheckRequest, rows: readonly CheckRequest[], context: DecisionContext): Promise<Selection> {
    await this.refuseDoubtedGraph();
    const requests = [list, ...rows];
    const consistency = this.consistencyFor(context);
    const first = consistency.kind === 'fully_consistent' ? requests.map(() => false) : await this.answersTo(requests, consistency);
    const denied = requests.filter((_, nth) => first[nth] !== true);
    if (denied.length === 0) return { outcome: 'allowed', shown: rows.map(() => true) };
    const explainBy = first[0] === true ? [] : (context.explainBy ?? []);
    const newest = await this.newestAnswersTo([...denied, ...explainBy]);
    const explanation = newest.slice(denied.length);
    const [mayList, ...shown] = first.map((yes) => yes || newest.shift() === true);
    return mayList === true ? { outcome: 'allowed', shown } : { outcome: 'denied', explanation };
  }

  private async refuseDoubtedGraph(): Promise<void> {
    if (await this.epochs.isDoubted()) throw new GraphNotCurrent(null);
  }

  private consistencyFor({ tenantId, freshnessFromCaller }: DecisionContext): Consistency {
    const known = this.freshness.freshness(tenantId);
    return freshnessFromCaller === undefined ? known : strongest(freshnessFromCaller, known);
  }

  private async isAllowed(requests: readonly CheckRequest[], consistency: Consistency): Promise<boolean> {
    return requests.length > 0 && (await this.answersTo(requests, consistency)).every(Boolean);
  }

  private async answersTo(requests: readonly CheckRequest[], consistency: Consistency): Promise<readonly boolean[]> {
    const [only, ...others] = requests;
    if (only === undefined) return [];
    try {
      if (others.length === 0) return [(await this.graph.check(only, consistency)).allowed];
      return (await this.graph.checkBulk(requests, consistency)).allowed;
    } catch (error) {
      // A token from before the graph was lost or replaced says nothing; the newest state covers whatever it stood for.
      if (error instanceof InvalidGraphToken) return requests.map(() => false);
      throw error;
    }
  }

  private async decideByTheNewest(requests: readonly CheckRequest[], explainBy: readonly CheckRequest[]): Promise<Decision> {
    if (requests.length === 0) throw new RangeError('nothing to decide');
    const answers = await this.newestAnswersTo([...requests, ...explainBy]);
    const decided = answers.slice(0, requests.length);
    return decided.every(Boolean) ? allowed : { outcome: 'denied', explanation: answers.slice(requests.length) };
  }

  /** In one call with the question whether this is the current graph. */
  private async newestAnswersTo(requests: readonly CheckRequest[]): Promise<boolean[]> {
    const epoch = await this.epochs.current();
    if (epoch === null) throw new GraphNotCurrent(null);
    const answer = await this.graph.checkBulk([epochCheck(epoch), ...requests], { kind: 'fully_consistent' });
    const [isCurrent, ...answers] = answer.allowed;
    if (isCurrent !== true) throw new GraphNotCurrent(epoch);
    return answers;
  }
}
