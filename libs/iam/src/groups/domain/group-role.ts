/** From most to least. A role can do all that the roles after it can. */
export const GROUP_ROLES = ['admin', 'member'] as const;

export type GroupRole = (typeof GROUP_ROLES)[number];

/** True when `role` can do more than `other`. */
export function groupRoleOutranks(role: GroupRole, other: GroupRole): boolean {
  return GROUP_ROLES.indexOf(role) < GROUP_ROLES.indexOf(other);
}
