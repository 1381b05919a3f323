const rank = (roles: readonly string[], role: string): string =>
  `coalesce(array_length(ARRAY['${roles.join("','")}'], 1) + 1 - array_position(ARRAY['${roles.join("','")}'], ${role}), 0)`;

/** How many relationships the rows make, near enough to show how far a rebuild is: ends and suspended users are not looked at. */
// across tenants: a rebuild is of all of them
export const expectedRelationships = {
  name: 'graph_expected_relationships',
  text: `SELECT (SELECT count(*) + 2 * count(*) FILTER (WHERE state <> 'active') FROM tenants)
    + (SELECT coalesce(sum(${rank(['admin', 'operator', 'member'], 'role')}), 0) FROM tenant_members)
    + (SELECT count(*) + count(*) FILTER (WHERE parent_id IS NOT NULL AND inherits) + 2 * count(*) FILTER (WHERE state <> 'active') FROM workspaces)
    + (SELECT coalesce(sum(${rank(['owner', 'admin', 'member', 'viewer'], 'role')}), 0) FROM workspace_members)
    + (SELECT count(*) FROM groups) + (SELECT coalesce(sum(${rank(['admin', 'member'], 'role')}), 0) FROM group_members)
    + (SELECT count(*) FROM platform_admins) AS relationships`,
};
