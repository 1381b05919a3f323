export * from './health.ts';
export * from './http-metrics.ts';
export * from './logger.ts';
export * from './projection-metrics.ts';
