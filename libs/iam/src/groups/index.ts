// Events, errors and words
export type * from './domain/events.ts';
export * from './domain/errors.ts';
export { GROUP_ROLES, type GroupRole } from './domain/group-role.ts';
