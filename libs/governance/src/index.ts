export * from './audit/index.ts';
export * from './operations/index.ts';
