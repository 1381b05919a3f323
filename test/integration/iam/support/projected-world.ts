import { readGraphSchema, type AuthorizationProvider, type CheckRequest } from '#authorization';
import { connectSpiceDb, type SpiceDbConnection } from '#authorization/nest';
import { connectDatabase } from '#database/nest';
import { PgGraphMapping } from '../../../../libs/iam/src/graph/adapters/pg-graph-mapping.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/test-database.ts';
import { createTestGraph, type TestGraph } from '../../../support/test-graph.ts';
import { OwnerConnection } from './owner-connection.ts';
import { layOut, type Plan, type World } from './random-tree.ts';

const permissions = ['see', 'view', 'edit', 'manage', 'create_child', 'own'] as const;
export type WorkspacePermission = (typeof permissions)[number];
export const workspacePermissions: readonly WorkspacePermission[] = permissions;

const everyBucket = Array.from({ length: 257 }, (_, bucket) => bucket);
const batch = 1_000;

type Connected = Awaited<ReturnType<typeof connectDatabase>>;

/** Rows of a world, and the graph that the product's own mapping makes of them, in an engine. No worker, no events. */
export class ProjectedWorlds {
  private readonly mapping = new PgGraphMapping();

  private constructor(
    readonly owner: OwnerConnection,
    private readonly connected: Connected,
    private readonly spicedb: SpiceDbConnection,
    private readonly stores: { readonly database: TestDatabase; readonly engine: TestGraph },
  ) {}

  static async open(): Promise<ProjectedWorlds> {
    const [database, engine] = await Promise.all([createTestDatabase(), createTestGraph()]);
    const owner = await OwnerConnection.open(database.url);
    const spicedb = connectSpiceDb({ ...engine, insecure: true });
    await spicedb.schema.write(readGraphSchema());
    return new ProjectedWorlds(owner, await connectDatabase({ url: database.url, poolSize: 2 }), spicedb, { database, engine });
  }

  /** As the runtime role reads: behind row-level security. */
  get database() {
    return this.connected.database;
  }

  get graph(): AuthorizationProvider {
    return this.spicedb.provider;
  }

  async make(plan: Plan): Promise<World> {
    const world = await layOut(this.owner, plan);
    const executor = {
      query: async <Row>(text: string, values: readonly unknown[] = []) => {
        const rows = (await this.owner.query(text, [...values])) as Row[];
        return { rows, rowCount: rows.length };
      },
    };
    for (let phase = 0; phase < this.mapping.phases; phase += 1) {
      const { rows } = await this.mapping.stretch(executor, phase, everyBucket, null, batch);
      const updates = rows.flatMap(({ relationships }) =>
        relationships.map((relationship) => ({ operation: 'touch' as const, relationship })),
      );
      if (updates.length > 0) await this.graph.write(updates);
    }
    return world;
  }

  /** The engine's answers, at its newest state, by `<user> <workspace> <permission>`. */
  async answers(world: World, asked: readonly WorkspacePermission[] = workspacePermissions): Promise<ReadonlyMap<string, boolean>> {
    const named = world.users.flatMap((user) => world.workspaces.flatMap((id) => asked.map((permission) => ({ user, id, permission }))));
    const questions: CheckRequest[] = named.map(({ user, id, permission }) => ({
      resource: { type: 'workspace', id },
      permission,
      subject: { type: 'user', id: user },
    }));
    const { allowed } = await this.graph.checkBulk(questions, { kind: 'fully_consistent' });
    return new Map(named.map(({ user, id, permission }, at) => [`${user} ${id} ${permission}`, allowed[at] === true]));
  }

  async close(): Promise<void> {
    this.spicedb.close();
    await this.connected.close();
    await this.owner.close();
    await Promise.all([this.stores.engine.stop(), this.stores.database.drop()]);
  }
}
