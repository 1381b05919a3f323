/** From most to least. A role can do all that the roles after it can. */
export const GROUP_ROLES = ['admin', 'member'] as const;

export type GroupRole = (typeof GROUP_ROLES)[number];
