import type { RouteAccess } from '#http';
import { GroupNotFound, PlatformAdminRequired, TenantNotFound, TenantSuspended, WorkspaceNotFound, type FrontDoorView } from '#iam';
import type { TenantId } from '#kernel';
import { describe, expect, it } from 'vitest';
import { admit } from './door-rules.ts';
import { PermissionDenied, UserSuspended } from './errors.ts';

const tenantId = '01JD0000000000000000000000' as TenantId;
const member: FrontDoorView = {
  user_status: 'active',
  tenant_id: tenantId,
  tenant_state: 'active',
  role: 'member',
  role_ends_in_ms: null,
  is_platform_admin: false,
};
const outsider: FrontDoorView = { ...member, role: null };
const platformAdmin: FrontDoorView = { ...outsider, is_platform_admin: true };
const nowhere: FrontDoorView = { ...outsider, tenant_id: null, tenant_state: null };

const view: RouteAccess = { kind: 'permission', resource: 'tenant', permission: 'view' };
const govern: RouteAccess = { kind: 'permission', resource: 'tenant', permission: 'govern' };
const administrate: RouteAccess = { kind: 'permission', resource: 'tenant', permission: 'administrate' };
const viewWorkspace: RouteAccess = { kind: 'permission', resource: 'workspace', permission: 'view' };
const viewGroup: RouteAccess = { kind: 'permission', resource: 'group', permission: 'view' };
const everyAccess = [view, govern, administrate, viewWorkspace, viewGroup, { kind: 'authenticated' }, { kind: 'platform' }] as const;

describe('the front door', () => {
  it.each<[string, FrontDoorView, RouteAccess]>([
    ['a member', member, view],
    ['a member who asks for what the graph will refuse', member, administrate],
    ['a member, to a workspace', member, viewWorkspace],
    ['a platform admin, to look', platformAdmin, view],
    ['a platform admin, to govern', platformAdmin, govern],
    ['a platform admin, to look at a suspended tenant', { ...platformAdmin, tenant_state: 'suspended' }, view],
    ['anybody active, where no tenant is named', nowhere, { kind: 'authenticated' }],
    ['a platform admin, to the platform', { ...nowhere, is_platform_admin: true }, { kind: 'platform' }],
  ])('lets in %s', (_who, seen, access) => expect(() => admit(seen, access)).not.toThrow());

  it.each<[string, FrontDoorView, RouteAccess, new () => Error]>([
    ['H-3 an outsider is told that there is no such tenant', outsider, view, TenantNotFound],
    ['H-3 and so is whoever names one that is not there', nowhere, view, TenantNotFound],
    ['H-3 also for a workspace', outsider, viewWorkspace, TenantNotFound],
    ['T-4 a member of a suspended tenant is told so', { ...member, tenant_state: 'suspended' }, view, TenantSuspended],
    ['T-4 a tenant that is being deleted is shut as well', { ...member, tenant_state: 'deleting' }, view, TenantSuspended],
    ['T-4 a state nobody knows is taken for a no', { ...member, tenant_state: 'half-open' }, view, TenantSuspended],
    ['T-4 an outsider is not told that a tenant is suspended', { ...outsider, tenant_state: 'suspended' }, view, TenantNotFound],
    ['M-9 a role nobody knows is taken for a no', { ...member, role: 'emperor' }, view, PermissionDenied],
    ['a platform admin sees nothing inside a workspace', platformAdmin, viewWorkspace, WorkspaceNotFound],
    ['a platform admin sees no group', platformAdmin, viewGroup, GroupNotFound],
    ['a platform admin changes nothing inside a tenant', platformAdmin, administrate, PermissionDenied],
    ['the platform is for its admins', member, { kind: 'platform' }, PlatformAdminRequired],
  ])('%s', (_what, seen, access, error) => expect(() => admit(seen, access)).toThrow(error));

  it.each(['suspended', 'deactivated', 'napping', null])(
    'I-5 a user who is %s is refused on every path, whatever else they are',
    (status) => {
      for (const access of everyAccess) {
        for (const seen of [member, outsider, platformAdmin, nowhere]) {
          expect(() => admit({ ...seen, user_status: status }, access)).toThrow(UserSuspended);
        }
      }
    },
  );
});
