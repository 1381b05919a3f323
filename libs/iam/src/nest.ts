export { PgDriftVocabulary } from './graph/adapters/pg-drift-vocabulary.ts';
export { PgGraphMapping } from './graph/adapters/pg-graph-mapping.ts';
export { IamModule } from './iam.module.ts';
