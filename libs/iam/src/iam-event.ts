import type { GroupsEvent } from './groups/index.ts';
import type { IdentitiesEvent } from './identities/index.ts';
import type { TenancyEvent } from './tenancy/index.ts';
import type { WorkspacesEvent } from './workspaces/index.ts';

/** Every fact this library records, discriminated by `type`. */
export type IamEvent = GroupsEvent | IdentitiesEvent | TenancyEvent | WorkspacesEvent;
