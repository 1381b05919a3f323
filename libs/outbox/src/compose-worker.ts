import { applyGraphSchema, isSchema, type AuthorizationProvider, type GraphSchema, type GraphSchemaRegistry } from '#authorization';
import type { FailPoints } from '#database';
import type { Pool } from '#database/nest';
import type { IdGenerator } from '#kernel';
import { randomBytes } from 'node:crypto';
import { encodeNews } from './applied-feed.ts';
import { channels } from './postgres/channels.ts';
import { notify } from './postgres/notify.ts';
import { PgShardRegistry } from './postgres/pg-shard-registry.ts';
import { PgWorkList } from './postgres/pg-work-list.ts';
import type { GraphMapping } from './projection/graph-mapping.ts';
import { GraphReading } from './projection/graph-reading.ts';
import type { ProjectionObserver } from './projection/observer.ts';
import { OneWriteAtATime } from './projection/one-write-at-a-time.ts';
import { ProjectionWorker, workerDefaults, type WorkerOptions } from './projection/projection-worker.ts';
import { Quarantine } from './projection/quarantine.ts';
import { ShardDrain, type AppliedSignal } from './projection/shard-drain.ts';
import { ShardHolder } from './projection/shard-holder.ts';
import { ShardRebuild } from './projection/shard-rebuild.ts';

export interface WorkerParts {
  /** Connections that work across tenants: see `platformPool`. */
  readonly pool: Pool;
  readonly graph: AuthorizationProvider;
  readonly schema: GraphSchema;
  readonly schemas: GraphSchemaRegistry;
  readonly mapping: GraphMapping;
  readonly ids: IdGenerator;
  readonly observer: ProjectionObserver;
  readonly failPoints: FailPoints;
}

/** Puts the projection together for one process. */
export function composeWorker(parts: WorkerParts, options: Partial<WorkerOptions> = {}): ProjectionWorker {
  const { pool, graph, mapping, observer, failPoints, schema, schemas } = parts;
  const settings: WorkerOptions = { ...workerDefaults, holder: `${process.pid}-${randomBytes(8).toString('hex')}`, ...options };
  const registry = new PgShardRegistry(pool, parts.ids);
  const workList = new PgWorkList(pool);
  const ensureSchema = () => fillEmptyEngine(schema, schemas);
  const nonce = () => randomBytes(6).toString('hex');
  const announce = (signal: AppliedSignal) =>
    void pool.query({ ...notify, values: [channels.applied, encodeNews(signal)] }).catch(() => undefined);
  const completed = (epoch: string) => registry.complete(epoch);
  const writer = new OneWriteAtATime(graph);
  const reading = new GraphReading(graph, mapping);
  const drainOf = (shard: number) => {
    const quarantine = new Quarantine({
      workList,
      registry,
      observer,
      schemaIsCurrent: () => holdsAppliedSchema(schema, schemas),
      now: Date.now,
    });
    return new ShardDrain(
      new ShardHolder(shard, settings.holder, { registry, graph: writer, ensureSchema, failPoints, nonce }),
      new ShardRebuild({ workList, mapping, graph, observer, reading, refused: (...refusal) => quarantine.refusedInRebuild(...refusal) }),
      {
        workList,
        mapping,
        graph,
        observer,
        failPoints,
        announce,
        completed,
        refused: (...refusal) => quarantine.handle(...refusal),
        lost: (...found) => quarantine.lost(...found),
      },
    );
  };
  return new ProjectionWorker({ registry, workList, graph, observer, drainOf }, settings);
}

/** A lost engine has no schema. One that has any is left alone: changing a schema is a deployment's step, not a worker's. */
async function fillEmptyEngine(schema: GraphSchema, schemas: GraphSchemaRegistry): Promise<void> {
  if ((await schema.read()) === null) await applyGraphSchema(schema, schemas);
}

async function holdsAppliedSchema(schema: GraphSchema, schemas: GraphSchemaRegistry): Promise<boolean> {
  const [held, applied] = await Promise.all([schema.read(), schemas.latest()]);
  return held !== null && applied !== null && isSchema(held, applied.digest);
}
