export * from './bucket.ts';
export * from './classify-error.ts';
export * from './commit-signals.ts';
export * from './database.ts';
export * from './fail-point.ts';
export * from './idempotency.ts';
export * from './sql.ts';
