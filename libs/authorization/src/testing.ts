export * from './testing/authorization-provider-contract.ts';
export * from './testing/edge-notation.ts';
export * from './testing/fake-authorization-provider.ts';
export * from './testing/graph-schema-registry-contract.ts';
export * from './testing/in-memory-graph-schema-registry.ts';
