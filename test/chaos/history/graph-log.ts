import { v1 } from '@authzed/authzed-node';
import { readGraphSchema, type Relationship } from '#authorization';
import { relationshipKey } from '#authorization';
import { rest } from '../../support/rest.ts';
import { Timeline, type Changes } from './timeline.ts';

interface Server {
  readonly endpoint: string;
  readonly token: string;
}

/** From the start of an engine to the loss of its graph. */
export interface Life {
  /** Milliseconds since 1970; the first life has no beginning that matters. */
  readonly began: number;
  readonly timeline: Timeline;
}

const retryMs = 50;

/**
 * Everything that landed in SpiceDB, in the order in which it did, as SpiceDB itself tells it by its Watch API: what a worker believes to
 * have written, and in which order, is not asked.
 */
export class GraphLog {
  readonly lives: Life[] = [];
  /** Over all lives: a lost graph lets nobody in. */
  readonly timeline = new Timeline();
  writes = 0;
  private client: v1.ZedClientInterface | null = null;
  private cursor: v1.ZedToken | undefined;
  private generation = 0;

  constructor(private readonly server: Server) {}

  /** From an empty engine on, or from where one that lasts is now. Resolves when nothing can be missed any more. */
  async begin(): Promise<void> {
    this.disconnect();
    const began = Date.now();
    if (this.lives.length > 0) this.timeline.clear(began);
    this.lives.push({ began: this.lives.length === 0 ? 0 : began, timeline: new Timeline() });
    this.client = v1.NewClient(this.server.token, this.server.endpoint, v1.ClientSecurity.INSECURE_PLAINTEXT_CREDENTIALS);
    this.cursor = await this.head(this.client);
    void this.follow(this.client, this.generation);
  }

  stop(): void {
    this.disconnect();
  }

  private disconnect(): void {
    this.generation += 1;
    this.client?.close();
    this.client = null;
  }

  /** A lost engine has no schema; with one it can be asked where it is. */
  private async head(client: v1.ZedClientInterface): Promise<v1.ZedToken | undefined> {
    for (;;) {
      try {
        return (await client.promises.readSchema(v1.ReadSchemaRequest.create())).readAt;
      } catch {
        await client.promises.writeSchema(v1.WriteSchemaRequest.create({ schema: readGraphSchema() })).catch(() => rest(retryMs));
      }
    }
  }

  /** Goes on where it was, however often the connection breaks. */
  private async follow(client: v1.ZedClientInterface, generation: number): Promise<void> {
    while (generation === this.generation) {
      const request = v1.WatchRequest.create(this.cursor === undefined ? {} : { optionalStartCursor: this.cursor });
      await new Promise<void>((resolve) => {
        const stream = client.watch(request);
        stream.on('data', (told: v1.WatchResponse) => generation === this.generation && this.heard(told));
        stream.on('error', () => resolve());
        stream.on('end', () => resolve());
      });
      await rest(retryMs);
    }
  }

  private heard({ updates, changesThrough }: v1.WatchResponse): void {
    if (changesThrough !== undefined) this.cursor = changesThrough;
    const changes = changesOf(updates);
    if (changes.size === 0) return;
    this.writes += updates.length;
    const at = Date.now();
    this.timeline.add(at, changes);
    this.lives.at(-1)?.timeline.add(at, changes);
  }
}

/** Markers and epochs decide about nobody's access. */
function changesOf(updates: readonly v1.RelationshipUpdate[]): Changes {
  const changes = new Map<string, Date | null | undefined>();
  for (const { operation, relationship: found } of updates) {
    if (found?.resource === undefined || found.subject?.object === undefined) continue;
    if (found.resource.objectType.startsWith('projection_')) continue;
    const { optionalExpiresAt: end } = found;
    const gone = operation === v1.RelationshipUpdate_Operation.DELETE;
    const ends = end === undefined ? null : new Date(Number(end.seconds) * 1_000 + Math.round(end.nanos / 1e6));
    changes.set(relationshipKey(edgeOf(found.resource, found.relation, found.subject)), gone ? undefined : ends);
  }
  return changes;
}

function edgeOf(resource: v1.ObjectReference, relation: string, { object, optionalRelation }: v1.SubjectReference): Relationship {
  return {
    resource: { type: resource.objectType, id: resource.objectId },
    relation,
    subject: {
      type: object?.objectType ?? '',
      id: object?.objectId ?? '',
      ...(optionalRelation !== '' && { relation: optionalRelation }),
    },
  };
}
