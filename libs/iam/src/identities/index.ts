export type * from './domain/events.ts';
