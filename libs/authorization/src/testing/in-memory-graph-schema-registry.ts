import { GraphSchemaRegistry, type AppliedSchema } from '../graph-schema-registry.ts';

export class InMemoryGraphSchemaRegistry extends GraphSchemaRegistry {
  private readonly applied: AppliedSchema[] = [];

  override async record(schema: AppliedSchema): Promise<void> {
    if (!(await this.knows(schema.digest))) this.applied.push(schema);
  }

  override async latest(): Promise<AppliedSchema | null> {
    return this.applied.at(-1) ?? null;
  }

  override async knows(digest: string): Promise<boolean> {
    return this.applied.some((schema) => schema.digest === digest);
  }
}
