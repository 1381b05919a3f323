import type { Standing } from './access-rules.ts';

/** A row that gives somebody a role, in an object of the world by its name there. */
export interface Seat {
  readonly on: 'tenant' | 'workspace' | 'group';
  readonly of: string;
  readonly role: string;
  readonly expired?: true;
}

/** One kind of person who calls the API: their rows, and apart from them where these put them. */
export interface Caller {
  readonly name: string;
  readonly standing: Standing;
  readonly seats: readonly Seat[];
}

const nowhere: Standing = { signedIn: true, suspended: false, platformAdmin: false, tenant: null, workspace: null, group: null };
const inTenant = (role: string, expired?: true): Seat => ({ on: 'tenant', of: 'acme', role, ...(expired && { expired }) });
const onWorkspace = (of: string, role: string): Seat => ({ on: 'workspace', of, role });
const inGroup = (of: string, role: string): Seat => ({ on: 'group', of, role });

const caller = (name: string, standing: Partial<Standing>, ...seats: readonly Seat[]): Caller => ({
  name,
  standing: { ...nowhere, ...standing },
  seats,
});

/** A plain member of the tenant, with something more. */
const insider = (name: string, standing: Partial<Standing>, ...seats: readonly Seat[]): Caller =>
  caller(name, { tenant: 'member', ...standing }, inTenant('member'), ...seats);

/** Everywhere below `parent`, so that what a body names is no higher wall than what the path names. */
export const roleWorkspaces = ['target', 'elsewhere', 'attic'] as const;

const workspaceRoles = ['owner', 'admin', 'member', 'viewer'] as const;

/** One after the other, so that tests and page agree in their order. */
export const callers: readonly Caller[] = [
  caller('nobody', { signedIn: false }),
  caller('outsider', {}),
  caller(
    'suspended user',
    { suspended: true, tenant: 'admin', workspace: 'owner' },
    inTenant('admin'),
    ...roleWorkspaces.map((of) => onWorkspace(of, 'owner')),
  ),
  caller('platform admin', { platformAdmin: true }),
  insider('tenant member', {}),
  caller('tenant operator', { tenant: 'operator' }, inTenant('operator')),
  caller('tenant admin', { tenant: 'admin' }, inTenant('admin')),
  ...workspaceRoles.map((role) =>
    insider(`workspace ${role}`, { workspace: role }, ...roleWorkspaces.map((workspace) => onWorkspace(workspace, role))),
  ),
  ...workspaceRoles.map((role) => insider(`workspace ${role} through a group`, { workspace: role }, inGroup(`${role}s`, 'member'))),
  ...workspaceRoles.map((role) => insider(`workspace ${role} through an ancestor`, { workspace: role }, onWorkspace('parent', role))),
  insider('workspace owner through a group on an ancestor', { workspace: 'owner' }, inGroup('elders', 'member')),
  insider('owner above where inheritance ends', {}, onWorkspace('top', 'owner')),
  insider('owner of another workspace', {}, onWorkspace('other', 'owner')),
  insider('group admin', { group: 'admin' }, inGroup('crew', 'admin')),
  insider('group member', { group: 'member' }, inGroup('crew', 'member')),
  insider('admin of another group', {}, inGroup('strangers', 'admin')),
  insider(
    'workspace owner whose role has expired',
    {},
    ...roleWorkspaces.map((of) => ({ ...onWorkspace(of, 'owner'), expired: true as const })),
  ),
  insider('member, expired, of a group of owners', {}, { ...inGroup('owners', 'member'), expired: true }),
  insider('group admin whose role has expired', {}, { ...inGroup('crew', 'admin'), expired: true }),
  caller('tenant admin whose role has expired', {}, inTenant('admin', true)),
];
