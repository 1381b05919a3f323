// Events and words
export type * from './domain/events.ts';
export { GROUP_ROLES, type GroupRole } from './domain/group-role.ts';
