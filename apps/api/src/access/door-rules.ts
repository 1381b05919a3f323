import type { RouteAccess } from '#http';
import {
  GroupNotFound,
  PlatformAdminRequired,
  TENANT_ROLES,
  TenantNotFound,
  TenantSuspended,
  WorkspaceNotFound,
  type FrontDoorView,
} from '#iam';
import { PermissionDenied, UserSuspended } from './errors.ts';

/** What a platform administrator may ask of any tenant, without being in it. */
const platformPermissions: ReadonlySet<string> = new Set(['view', 'govern']);
const roles: ReadonlySet<string> = new Set(TENANT_ROLES);

type TenantAccess = Extract<RouteAccess, { kind: 'permission' }>;

const governs = (view: FrontDoorView, access: TenantAccess): boolean =>
  view.is_platform_admin && access.resource === 'tenant' && platformPermissions.has(access.permission);

/** A platform administrator may know that every tenant exists, but sees nothing inside of it. */
function refuseOutsider(view: FrontDoorView, access: TenantAccess): never {
  if (!view.is_platform_admin) throw new TenantNotFound();
  if (access.resource === 'group') throw new GroupNotFound();
  throw access.resource === 'workspace' ? new WorkspaceNotFound() : new PermissionDenied();
}

function admitToTenant(view: FrontDoorView, access: TenantAccess): void {
  if (view.tenant_id === null) throw new TenantNotFound();
  if (governs(view, access)) return;
  if (view.role === null) refuseOutsider(view, access);
  if (view.tenant_state !== 'active') throw new TenantSuspended();
  // A role written by a newer version, or by hand: never taken for one of those we know.
  if (!roles.has(view.role)) throw new PermissionDenied();
}

/**
 * The front door: what PostgreSQL says about the caller and the tenant, before the graph is asked anything. Whoever passes
 * it for a tenant is inside, and only then is told why something is refused.
 *
 * Throws `UserSuspended`, `PlatformAdminRequired`, `TenantNotFound`, `WorkspaceNotFound`, `GroupNotFound`, `TenantSuspended`, `PermissionDenied`.
 */
export function admit(view: FrontDoorView, access: RouteAccess): void {
  if (view.user_status !== 'active') throw new UserSuspended();
  if (access.kind === 'platform' && !view.is_platform_admin) throw new PlatformAdminRequired();
  if (access.kind === 'permission') admitToTenant(view, access);
}

export function isAdmitted(view: FrontDoorView, access: RouteAccess): boolean {
  try {
    admit(view, access);
    return true;
  } catch {
    return false;
  }
}
