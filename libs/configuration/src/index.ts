export * from './connections.ts';
export * from './environment.ts';
