export * from './authorization-provider.ts';
export * from './errors.ts';
export * from './relationship.ts';
