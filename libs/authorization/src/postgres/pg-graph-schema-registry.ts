import type { Database } from '#database';
import { platformScope } from '#kernel';
import { GraphSchemaRegistry, type AppliedSchema } from '../graph-schema-registry.ts';

/** Table `graph_schemas`: insert-only, one row per digest. */
export class PgGraphSchemaRegistry extends GraphSchemaRegistry {
  constructor(private readonly database: Database) {
    super();
  }

  override async record({ digest, definition, names }: AppliedSchema): Promise<void> {
    await this.database.read(platformScope, {
      text: `INSERT INTO graph_schemas (digest, definition, names, applied_at) VALUES ($1, $2, $3, clock_timestamp())
             ON CONFLICT (digest) DO NOTHING`,
      values: [digest, definition, JSON.stringify(names)],
    });
  }

  override async latest(): Promise<AppliedSchema | null> {
    const [row] = await this.database.read<AppliedSchema>(platformScope, {
      text: 'SELECT digest, definition, names FROM graph_schemas ORDER BY applied_at DESC, digest LIMIT 1',
    });
    return row ?? null;
  }

  override async knows(digest: string): Promise<boolean> {
    const rows = await this.database.read(platformScope, { text: 'SELECT digest FROM graph_schemas WHERE digest = $1', values: [digest] });
    return rows.length > 0;
  }
}
