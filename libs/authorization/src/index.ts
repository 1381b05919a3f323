export * from './authorization-provider.ts';
export * from './errors.ts';
export * from './graph-vocabulary.ts';
export * from './relationship.ts';
