/** What edges can lie on: $1 the tenant, $2 the object to go on after, $3 how many. */
export const objects = {
  name: 'graph_objects_of_tenant',
  text: `SELECT type, id FROM (
      SELECT 'group' AS type, g.id FROM groups g WHERE g.tenant_id = $1
      UNION ALL SELECT 'workspace', w.id FROM workspaces w WHERE w.tenant_id = $1
      UNION ALL SELECT 'tenant', t.id FROM tenants t WHERE t.id = $1) AS object
    WHERE (type, id) > ($4, $2) ORDER BY type, id LIMIT $3`,
};
