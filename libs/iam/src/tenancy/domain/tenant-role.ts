/** From most to least. A role can do all that the roles after it can. */
export const TENANT_ROLES = ['admin', 'operator', 'member'] as const;

export type TenantRole = (typeof TENANT_ROLES)[number];

/** True when `role` can do more than `other`. */
export function outranks(role: TenantRole, other: TenantRole): boolean {
  return TENANT_ROLES.indexOf(role) < TENANT_ROLES.indexOf(other);
}
