export * from './read-your-writes.ts';
