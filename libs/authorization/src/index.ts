export * from './authorization-provider.ts';
export * from './errors.ts';
export * from './graph-vocabulary.ts';
export * from './relationship.ts';
export * from './schema-digest.ts';
export * from './schema-file.ts';
export * from './schema-model.ts';
export * from './schema-parser.ts';
