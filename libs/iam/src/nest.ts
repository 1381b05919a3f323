export { PgGraphMapping } from './graph/adapters/pg-graph-mapping.ts';
export { IamModule } from './iam.module.ts';
