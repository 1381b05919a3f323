import type { LoggedEvent } from '#outbox';
import type { IamEvent } from '../../iam-event.ts';
import { MEMBER_SUBJECT_TYPES } from '../../workspaces/index.ts';
import * as edges from './edges.ts';

const isText = (value: unknown): boolean => typeof value === 'string';
const among = (roles: readonly string[]) => (value: unknown) => typeof value === 'string' && roles.includes(value);

/** What a member of a payload can be. A role that this code does not know makes edges that it does not know either. */
const kinds = {
  text: isText,
  'text or null': (value: unknown) => value === null || isText(value),
  'tenant role': among(edges.tenantRoles),
  'workspace role': among(edges.workspaceRoles),
  'group role': among(edges.groupRoles),
  'subject type': among(MEMBER_SUBJECT_TYPES),
};

type Shape = Readonly<Record<string, keyof typeof kinds>>;

const inTenant: Shape = { tenantId: 'text' };
const member: Shape = { tenantId: 'text', userId: 'text' };
const workspace: Shape = { tenantId: 'text', workspaceId: 'text' };
const workspaceMember: Shape = { ...workspace, subjectType: 'subject type', subjectId: 'text' };
const group: Shape = { tenantId: 'text', groupId: 'text' };
const groupMember: Shape = { ...group, userId: 'text' };
const someUser: Shape = { userId: 'text' };
const userInTenant: Shape = { userId: 'text', tenantId: 'text or null' };

/** What the mapping reads of each event's payload, all at schema version 1. An event that is missing here does not compile. */
const shapes: Readonly<Record<IamEvent['type'], Shape>> = {
  'tenancy.tenant_created': inTenant,
  'tenancy.tenant_changed': inTenant,
  'tenancy.tenant_suspended': inTenant,
  'tenancy.tenant_restored': inTenant,
  'tenancy.member_added': { ...member, role: 'tenant role' },
  'tenancy.member_role_changed': { ...member, previousRole: 'tenant role', role: 'tenant role' },
  'tenancy.member_removed': { ...member, previousRole: 'tenant role' },
  'tenancy.member_expiry_changed': { ...member, role: 'tenant role' },
  'workspaces.workspace_created': { ...workspace, parentId: 'text or null' },
  'workspaces.workspace_changed': workspace,
  'workspaces.workspace_moved': { ...workspace, previousParentId: 'text', parentId: 'text' },
  'workspaces.workspace_inheritance_changed': { ...workspace, parentId: 'text' },
  'workspaces.workspace_archived': workspace,
  'workspaces.workspace_unarchived': workspace,
  'workspaces.workspace_deleted': { ...workspace, parentId: 'text' },
  'workspaces.member_added': { ...workspaceMember, role: 'workspace role' },
  'workspaces.member_role_changed': { ...workspaceMember, previousRole: 'workspace role', role: 'workspace role' },
  'workspaces.member_expiry_changed': { ...workspaceMember, role: 'workspace role' },
  'workspaces.member_removed': { ...workspaceMember, previousRole: 'workspace role' },
  'groups.group_created': group,
  'groups.group_changed': group,
  'groups.group_deleted': group,
  'groups.member_added': { ...groupMember, role: 'group role' },
  'groups.member_role_changed': { ...groupMember, previousRole: 'group role', role: 'group role' },
  'groups.member_expiry_changed': { ...groupMember, role: 'group role' },
  'groups.member_removed': { ...groupMember, previousRole: 'group role' },
  'identities.user_provisioned': someUser,
  'identities.user_profile_changed': someUser,
  'identities.user_suspended': userInTenant,
  'identities.user_reactivated': userInTenant,
  'identities.platform_admin_granted': someUser,
  'identities.platform_admin_revoked': someUser,
};

/** The event, if its type, version and payload are what this code was written for; null otherwise. */
export function knownEvent(logged: LoggedEvent): IamEvent | null {
  const shape = Object.hasOwn(shapes, logged.type) ? shapes[logged.type as IamEvent['type']] : undefined;
  if (shape === undefined || logged.schemaVersion !== 1 || !fits(logged.payload, shape)) return null;
  return { type: logged.type, payload: logged.payload } as IamEvent;
}

function fits(payload: unknown, shape: Shape): boolean {
  if (typeof payload !== 'object' || payload === null) return false;
  return Object.entries(shape).every(([name, kind]) => kinds[kind]((payload as Record<string, unknown>)[name]));
}
