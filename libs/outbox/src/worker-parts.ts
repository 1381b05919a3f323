import { AuthorizationProvider, GraphSchema, GraphSchemaRegistry } from '#authorization';
import { FailPoints } from '#database';
import { IdGenerator } from '#kernel';
import type { WorkerParts } from './compose-worker.ts';
import { GraphMapping } from './projection/graph-mapping.ts';
import { ProjectionObserver } from './projection/observer.ts';

/** What the projection is made of, as the process provides it. */
export const workerParts = {
  provide: Symbol('worker parts'),
  inject: [AuthorizationProvider, GraphSchema, GraphSchemaRegistry, GraphMapping, IdGenerator, ProjectionObserver, FailPoints],
  useFactory: (
    graph: AuthorizationProvider,
    schema: GraphSchema,
    schemas: GraphSchemaRegistry,
    mapping: GraphMapping,
    ids: IdGenerator,
    observer: ProjectionObserver,
    failPoints: FailPoints,
  ): Omit<WorkerParts, 'pool'> => ({ graph, schema, schemas, mapping, ids, observer, failPoints }),
};
