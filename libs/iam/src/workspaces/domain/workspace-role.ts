/** From most to least. A role can do all that the roles after it can. */
export const WORKSPACE_ROLES = ['owner', 'admin', 'member', 'viewer'] as const;

export type WorkspaceRole = (typeof WORKSPACE_ROLES)[number];

const rankOf = (role: string): number => (WORKSPACE_ROLES as readonly string[]).indexOf(role);

/** False for a role that a newer version wrote, or a hand: it lets its holder do nothing. */
export const isWorkspaceRole = (role: string): role is WorkspaceRole => rankOf(role) >= 0;

/** True when `role` can do more than `other`. A role nobody knows outranks all others, so that nobody grants or touches it. */
export const outranks = (role: string, other: WorkspaceRole): boolean => rankOf(role) < rankOf(other);
