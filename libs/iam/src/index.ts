export * from './groups/index.ts';
export type * from './iam-event.ts';
export * from './identities/index.ts';
export * from './tenancy/index.ts';
export * from './workspaces/index.ts';
