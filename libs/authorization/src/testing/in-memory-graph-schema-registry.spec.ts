import { graphSchemaRegistryContract } from './graph-schema-registry-contract.ts';
import { InMemoryGraphSchemaRegistry } from './in-memory-graph-schema-registry.ts';

graphSchemaRegistryContract('InMemoryGraphSchemaRegistry', async () => new InMemoryGraphSchemaRegistry());
