import { randomUUID } from 'node:crypto';
import {
  applyGraphSchema,
  AuthorizationProvider,
  digestOf,
  EngineCallLog,
  EngineCallObserver,
  GraphSchema,
  graphSchemaDigest,
  GraphSchemaRegistry,
  GraphSchemaTooOld,
  readGraphSchema,
} from '#authorization';
import { AuthorizationModule, connectSpiceDb, PgGraphSchemaRegistry } from '#authorization/nest';
import { edge, graphSchemaRegistryContract, question } from '#authorization/testing';
import { connectDatabase, DatabaseModule, type DatabaseConnection } from '#database/nest';
import { Global, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.ts';
import { createTestGraph } from '../../support/test-graph.ts';

const opened: { close(): unknown }[] = [];
afterAll(async () => {
  for (const resource of opened.reverse()) await resource.close();
});

async function emptyDatabase(): Promise<{ database: TestDatabase; connection: DatabaseConnection }> {
  const database = await createTestDatabase();
  const connection = await connectDatabase({ url: database.url });
  opened.push({ close: () => database.drop() }, connection);
  return { database, connection };
}

graphSchemaRegistryContract('PgGraphSchemaRegistry', async () => new PgGraphSchemaRegistry((await emptyDatabase()).connection.database));

describe('Z-1 the schema in a real engine', () => {
  it('is taken as it is, and reads back with the digest that the generated names carry', async () => {
    const graph = await createTestGraph();
    const { schema, close } = connectSpiceDb({ ...graph, insecure: true });
    opened.push({ close: () => graph.stop() }, { close });
    const registry = new PgGraphSchemaRegistry((await emptyDatabase()).connection.database);
    expect(await schema.read()).toBeNull();
    expect(await applyGraphSchema(schema, registry)).toBe('applied');
    expect(digestOf((await schema.read()) ?? '')).toBe(graphSchemaDigest);
    expect(await applyGraphSchema(schema, registry)).toBe('already_applied');
    expect(await registry.latest()).toMatchObject({ digest: graphSchemaDigest, definition: readGraphSchema() });
    await graph.restart();
    expect(await applyGraphSchema(schema, registry)).toBe('applied');
  });
});

describe('AuthorizationModule', () => {
  const log = new EngineCallLog();

  @Global()
  @Module({ providers: [{ provide: EngineCallObserver, useValue: log }], exports: [EngineCallObserver] })
  class Observing {}

  let database: TestDatabase;
  let connection: DatabaseConnection;
  beforeAll(async () => {
    ({ database, connection } = await emptyDatabase());
  });

  const start = async (...more: (typeof Observing)[]) => {
    const { spicedbEndpoint: endpoint, spicedbToken: token } = inject('stack');
    const config = { endpoint, token, insecure: true, stalenessMs: 1_000 };
    const testing = Test.createTestingModule({
      imports: [DatabaseModule.forRoot({ url: database.url }), AuthorizationModule.forRoot(config), ...more],
    });
    const app = await testing.compile();
    await app.init();
    return app;
  };

  it('Z-1 does not start before the schema was applied, and says so', async () => {
    await expect(start()).rejects.toBeInstanceOf(GraphSchemaTooOld);
  });

  it('provides the port, the schema and the registry, and tells an observer of every engine call', async () => {
    const { spicedbEndpoint: endpoint, spicedbToken: token } = inject('stack');
    const engine = connectSpiceDb({ endpoint, token, insecure: true });
    opened.push(engine);
    await applyGraphSchema(engine.schema, new PgGraphSchemaRegistry(connection.database));
    const app = await start(Observing);
    const graph = app.get(AuthorizationProvider);
    const id = randomUUID();
    await graph.write([{ operation: 'touch', relationship: edge(`tenant:${id}#member@user:ann`) }]);
    expect((await graph.check(question(`tenant:${id}#access@user:ann`), { kind: 'fully_consistent' })).allowed).toBe(true);
    expect(log.calls).toEqual(['write', 'check']);
    expect(await app.get(GraphSchema).read()).toContain('definition tenant');
    expect((await app.get(GraphSchemaRegistry).latest())?.digest).toBe(graphSchemaDigest);
    await app.close();
    await expect(graph.check(question(`tenant:${id}#access@user:ann`), { kind: 'fully_consistent' })).rejects.toMatchObject({
      kind: 'unavailable',
    });
  });

  it('works without an observer', async () => {
    const app = await start();
    expect(
      (await app.get(AuthorizationProvider).check(question('tenant:none#access@user:ann'), { kind: 'fully_consistent' })).allowed,
    ).toBe(false);
    await app.close();
  });
});
