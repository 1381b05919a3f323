import { AuthorizationProvider } from '#authorization';
import { Database } from '#database';
import type { Pool } from '#database/nest';
import { AuditTrail, Operations } from '#governance';
import { IdGenerator, UnitOfWork } from '#kernel';
import { Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { projectionDesk } from './compose-desk.ts';
import { deskPool, type DeskConfig } from './desk-pool.ts';
import { ProjectionDesk } from './desk/projection-desk.ts';
import { GraphMapping } from './projection/graph-mapping.ts';
import { reassignBuckets } from './reassign-buckets.ts';

const pool = Symbol('desk pool');

const parts = [Database, UnitOfWork, AuditTrail, Operations, AuthorizationProvider, GraphMapping, IdGenerator, pool];

type Parts = [Database, UnitOfWork, AuditTrail, Operations, AuthorizationProvider, GraphMapping, IdGenerator, Pool];

/** `ProjectionDesk` for a process with a door. Needs a `GraphMapping` and the modules that are everywhere. */
@Module({})
export class DeskModule implements OnApplicationShutdown {
  constructor(@Inject(pool) private readonly connections: Pool) {}

  static forRoot(config: DeskConfig, mapping: new () => GraphMapping): DynamicModule {
    return {
      module: DeskModule,
      providers: [
        { provide: pool, useFactory: () => deskPool(config) },
        { provide: GraphMapping, useClass: mapping },
        {
          provide: ProjectionDesk,
          inject: parts,
          useFactory: (...[database, unitOfWork, audit, operations, graph, graphMapping, ids, connections]: Parts) =>
            projectionDesk({
              ...{ database, unitOfWork, audit, operations, graph, mapping: graphMapping },
              move: (...asked) => reassignBuckets({ pool: connections, graph, ids }, ...asked),
            }),
        },
      ],
      exports: [ProjectionDesk],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.connections.end();
  }
}
