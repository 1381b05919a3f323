import { randomUUID } from 'node:crypto';
import { SystemClock, type Clock } from '#kernel';
import {
  AuthorizationProvider,
  GraphSchema,
  type BulkCheckAnswer,
  type CheckAnswer,
  type CheckRequest,
  type Consistency,
  type GraphToken,
} from '../authorization-provider.ts';
import {
  AuthorizationUnavailable,
  GraphSchemaMissing,
  InvalidGraphSchema,
  InvalidGraphToken,
  InvalidRelationship,
  PreconditionNotMet,
} from '../errors.ts';
import {
  relationshipKey,
  type Precondition,
  type Relationship,
  type RelationshipFilter,
  type RelationshipUpdate,
} from '../relationship.ts';
import { readGraphSchema } from '../schema-file.ts';
import { parseSchema } from '../schema-parser.ts';
import { edge, question } from './edge-notation.ts';
import { EdgeStore } from './edge-store.ts';
import { GraphEvaluator } from './graph-evaluator.ts';

const maxBatch = 1_000;

/**
 * The permission graph in memory: evaluates the real schema.zed, keeps every revision, and answers as the engine does; one
 * contract suite holds both to it. With switches for what an engine can do to its callers.
 */
export class FakeAuthorizationProvider extends AuthorizationProvider {
  /** While true, every call fails as an outage does. */
  unavailable = false;
  /** How many revisions `minimize_latency` lags behind. */
  staleBy = 0;

  private engine = randomUUID().slice(0, 8);
  private store = new EdgeStore();
  private held: { readonly text: string; readonly evaluator: GraphEvaluator } | null;

  constructor(
    private readonly clock: Clock = new SystemClock(),
    schema: string | null = readGraphSchema(),
  ) {
    super();
    this.held = schema === null ? null : hold(schema);
  }

  /** The same graph's schema side. */
  get schema(): GraphSchema {
    return new FakeGraphSchema(
      () => this.answering(() => this.held?.text ?? null),
      (text) => this.answering(() => void (this.held = hold(text))),
    );
  }

  /** The engine is lost: what comes back is a new one, with neither edges nor schema. */
  lose(): void {
    this.engine = randomUUID().slice(0, 8);
    this.store = new EdgeStore();
    this.held = null;
  }

  /** Makes edges exist: `await graph.holding('tenant:t1#member@user:ann')`. */
  holding(...edges: readonly string[]): Promise<GraphToken> {
    return this.write(edges.map((text) => ({ operation: 'touch', relationship: edge(text) })));
  }

  /** "May …?", asked fully consistent: `await graph.allows('tenant:t1#view@user:ann')`. */
  async allows(text: string): Promise<boolean> {
    return (await this.check(question(text), { kind: 'fully_consistent' })).allowed;
  }

  override async check(request: CheckRequest, consistency: Consistency): Promise<CheckAnswer> {
    const { allowed, checkedAt } = await this.checkBulk([request], consistency);
    return { allowed: allowed[0] ?? false, checkedAt };
  }

  override async checkBulk(requests: readonly CheckRequest[], consistency: Consistency): Promise<BulkCheckAnswer> {
    refuseOversize('checks', requests.length);
    return this.answering(() => {
      const evaluator = this.evaluator();
      const revision = this.revisionFor(consistency);
      const now = this.clock.now();
      const allowed = requests.map((request) =>
        evaluator.check(request, (object, relation) => this.store.of(object, relation, revision, now)),
      );
      return { allowed, checkedAt: this.token(revision) };
    });
  }

  override async *read(filter: RelationshipFilter, consistency: Consistency): AsyncIterable<Relationship> {
    yield* this.answering(() => {
      this.evaluator().validateFilter(filter);
      return [...this.store.matching(filter, this.revisionFor(consistency), this.clock.now())];
    });
  }

  override async write(updates: readonly RelationshipUpdate[], preconditions: readonly Precondition[] = []): Promise<GraphToken> {
    refuseOversize('updates', updates.length);
    return this.answering(() => {
      const evaluator = this.evaluator();
      for (const update of updates) evaluator.validate(update);
      const edges = new Set(updates.map(({ relationship }) => relationshipKey(relationship)));
      if (edges.size < updates.length) throw new InvalidRelationship('found more than one update with the same relationship');
      for (const { operation, filter } of preconditions) {
        evaluator.validateFilter(filter);
        const [found] = this.store.matching(filter, this.store.head, this.clock.now());
        if ((found !== undefined) !== (operation === 'must_match')) throw new PreconditionNotMet('unable to satisfy write precondition');
      }
      return this.token(this.store.apply(updates.map(({ operation, relationship }) => ({ relationship, present: operation === 'touch' }))));
    });
  }

  private answering<T>(answer: () => T): T {
    if (this.unavailable) throw new AuthorizationUnavailable('the fake engine is switched off');
    return answer();
  }

  private evaluator(): GraphEvaluator {
    if (this.held === null) throw new GraphSchemaMissing('no schema has been defined');
    return this.held.evaluator;
  }

  private token(revision: number): GraphToken {
    return `${this.engine}@${revision}` as GraphToken;
  }

  private revisionFor(consistency: Consistency): number {
    const stale = Math.max(0, this.store.head - this.staleBy);
    if (consistency.kind === 'minimize_latency') return stale;
    if (consistency.kind === 'fully_consistent') return this.store.head;
    const [, engine, revision] = /^([0-9a-f]{8})@(\d+)$/.exec(consistency.token) ?? [];
    if (engine === undefined) throw new InvalidGraphToken(consistency.token);
    if (consistency.kind === 'at_least_as_fresh') return engine === this.engine ? Math.max(stale, Number(revision)) : this.store.head;
    if (engine !== this.engine) throw new InvalidGraphToken(consistency.token);
    return Number(revision);
  }
}

class FakeGraphSchema extends GraphSchema {
  constructor(
    private readonly get: () => string | null,
    private readonly set: (schema: string) => void,
  ) {
    super();
  }

  override async read(): Promise<string | null> {
    return this.get();
  }

  override async write(schema: string): Promise<void> {
    this.set(schema);
  }
}

function hold(text: string) {
  try {
    return { text, evaluator: new GraphEvaluator(parseSchema(text)) };
  } catch (error) {
    throw new InvalidGraphSchema(error);
  }
}

function refuseOversize(what: string, length: number): void {
  if (length < 1 || length > maxBatch) throw new RangeError(`1 to ${maxBatch} ${what} in one call, not ${length}`);
}
