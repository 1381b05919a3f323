import {
  ForwardingAuthorizationProvider,
  type AuthorizationProvider,
  type GraphToken,
  type Precondition,
  type Relationship,
  type RelationshipUpdate,
} from '#authorization';
import { UlidGenerator } from '#kernel';
import { anId } from '#kernel/testing';
import { PgGraphMapping } from '#iam/nest';
import { PgRebuilds } from '#outbox/nest';
import { eventually } from '../../../support/eventually.ts';
import type { InProcessWorker } from './in-process-worker.ts';

/** A rebuild of the graph in use, as the operation asks for it. */
export class LiveRebuild {
  readonly id = anId();
  readonly rebuilds: PgRebuilds;

  constructor({ pool }: Pick<InProcessWorker, 'pool'>) {
    this.rebuilds = new PgRebuilds(pool, new PgGraphMapping(), new UlidGenerator());
  }

  begin(): Promise<boolean> {
    return this.rebuilds.begin(this.id);
  }

  async state(): Promise<string> {
    return (await this.rebuilds.live(this.id)).state;
  }

  async isDone(within = 30_000): Promise<void> {
    await eventually(async () => (await this.state()) === 'done', { within, what: 'the end of the rebuild' });
  }
}

type AfterWrite = (updates: readonly RelationshipUpdate[]) => Promise<void>;

/** Looks at the engine after each write of the worker, before the worker goes on: at every state that anybody could ever see. */
export class WatchedGraph extends ForwardingAuthorizationProvider {
  afterWrite: AfterWrite = () => Promise.resolve();

  override async write(updates: readonly RelationshipUpdate[], preconditions?: readonly Precondition[]): Promise<GraphToken> {
    const token = await super.write(updates, preconditions);
    await this.afterWrite(updates);
    return token;
  }
}

/** To hand to a worker, and to tell afterwards what to look for. */
export function watched(): { through: (graph: AuthorizationProvider) => AuthorizationProvider; readonly graph: WatchedGraph } {
  let graph: WatchedGraph | undefined;
  return {
    through: (inner) => (graph = new WatchedGraph(inner)),
    get graph() {
      if (graph === undefined) throw new Error('the worker did not take the graph it was given');
      return graph;
    },
  };
}

/** A call of a rebuild that says of many at once that they are members. */
export const manyMembers = (updates: readonly RelationshipUpdate[]): boolean =>
  updates.filter(({ operation, relationship }) => operation === 'touch' && relationship.relation === 'member').length > 50;

export const tenantEdge = (id: string, relation: string, user: string): Relationship => ({
  resource: { type: 'tenant', id },
  relation,
  subject: { type: 'user', id: user },
});

export const touching = (...edges: Relationship[]): RelationshipUpdate[] =>
  edges.map((relationship) => ({ operation: 'touch', relationship }));
export const deleting = (...edges: Relationship[]): RelationshipUpdate[] =>
  edges.map((relationship) => ({ operation: 'delete', relationship }));
