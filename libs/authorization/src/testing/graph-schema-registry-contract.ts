import { describe, expect, it } from 'vitest';
import type { AppliedSchema, GraphSchemaRegistry } from '../graph-schema-registry.ts';

/** The promises of `GraphSchemaRegistry`, for every adapter alike. `make` gives an empty one. */
export function graphSchemaRegistryContract(name: string, make: () => Promise<GraphSchemaRegistry>): void {
  describe(`${name} keeps the contract of GraphSchemaRegistry`, () => {
    const schema = (digest: string): AppliedSchema => ({
      digest,
      definition: `definition ${digest} {}`,
      names: [digest, `${digest}#member`],
    });

    it('remembers what was applied, newest first, each digest once and in its first place', async () => {
      const registry = await make();
      expect(await registry.latest()).toBeNull();
      expect(await registry.knows('first')).toBe(false);
      await registry.record(schema('first'));
      expect(await registry.latest()).toEqual(schema('first'));
      await registry.record(schema('second'));
      await registry.record(schema('first'));
      expect(await registry.latest()).toEqual(schema('second'));
      expect(await registry.knows('first')).toBe(true);
    });

    it('two processes that record the same schema at once both succeed', async () => {
      const registry = await make();
      await Promise.all(Array.from({ length: 4 }, () => registry.record(schema('same'))));
      expect(await registry.latest()).toEqual(schema('same'));
    });
  });
}
