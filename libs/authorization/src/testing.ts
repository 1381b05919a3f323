export * from './testing/authorization-provider-contract.ts';
export * from './testing/edge-notation.ts';
export * from './testing/fake-authorization-provider.ts';
