import { randomUUID } from 'node:crypto';
import { parseSchema, readGraphSchema, type AuthorizationProvider, type Consistency } from '#authorization';
import { connectSpiceDb, type SpiceDbConnection } from '#authorization/nest';
import { FakeAuthorizationProvider, question } from '#authorization/testing';
import { v1 } from '@authzed/authzed-node';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { callers, nameOf, Namespace, scenarios } from './scenarios.ts';
import { lookUpSubjects } from './look-up-subjects.ts';

const now: Consistency = { kind: 'fully_consistent' };

describe('Z-1 the table of permissions', () => {
  it('covers every permission of the schema that anyone may ask for', () => {
    const covered = new Set([...(scenarios[0]?.holders.keys() ?? [])].map((key) => key.replace(/:.*#/, '#')));
    const all = [...parseSchema(readGraphSchema()).definitions.values()].flatMap(({ name, permissions }) =>
      [...permissions.keys()].filter((permission) => !permission.startsWith('holds_')).map((permission) => `${name}#${permission}`),
    );
    expect([...covered].sort()).toEqual(all.sort());
  });
});

describe.each(['SpiceDB', 'the fake'])('Z-1 expected relations, asked of %s', (engine) => {
  let connection: SpiceDbConnection | undefined;
  let client: v1.ZedClientInterface | undefined;
  let graph: AuthorizationProvider;

  beforeAll(async () => {
    if (engine === 'the fake') {
      graph = new FakeAuthorizationProvider();
      return;
    }
    const { spicedbEndpoint: endpoint, spicedbToken: token } = inject('stack');
    connection = connectSpiceDb({ endpoint, token, insecure: true });
    client = v1.NewClient(token, endpoint, v1.ClientSecurity.INSECURE_PLAINTEXT_CREDENTIALS);
    await connection.schema.write(readGraphSchema());
    graph = connection.provider;
  });
  afterAll(() => {
    connection?.close();
    client?.close();
  });

  describe.each(scenarios)('$name', ({ edges, allows, denies, holders }) => {
    const ids = new Namespace(randomUUID().slice(0, 8));
    const targets = [...holders.keys()].map((key) => question(`${key}@user:any`));
    /** By permission: who the engine says may, asked one by one and asked for the list. */
    const allowedByCheck = new Map<string, string[]>();
    const allowedByLookup = new Map<string, string[]>();

    beforeAll(async () => {
      await graph.write(edges.map((edge) => ({ operation: 'touch', relationship: ids.edge(edge) })));
      const asked = targets.flatMap(({ resource, permission }) =>
        callers.map((caller) => ({ resource: ids.ref(resource), permission, subject: ids.ref(caller) })),
      );
      const { allowed } = await graph.checkBulk(asked, now, { deadlineMs: 10_000 });
      [...holders.keys()].forEach((key, row) => {
        allowedByCheck.set(key, callers.filter((_, column) => allowed[row * callers.length + column]).map(nameOf));
      });
      if (client === undefined) return;
      const lookUp = (index: number) => lookUpSubjects(client!, ids.ref(targets[index]!.resource), targets[index]!.permission);
      const found = await Promise.all(targets.map((_, index) => lookUp(index)));
      [...holders.keys()].forEach((key, row) => {
        allowedByLookup.set(
          key,
          found[row]!.map(({ type, id }) => nameOf({ type, id: ids.plain(id) })),
        );
      });
    });

    it.each(allows)('allows %s', async (text) => {
      expect((await graph.check(ids.question(text), now)).allowed).toBe(true);
    });

    it.each(denies)('denies %s', async (text) => {
      expect((await graph.check(ids.question(text), now)).allowed).toBe(false);
    });

    it.each([...holders])('%s: %s', (key, who) => {
      expect(allowedByCheck.get(key)?.sort()).toEqual([...who].sort());
      if (client !== undefined) expect(allowedByLookup.get(key)?.sort()).toEqual([...who].sort());
    });
  });
});
