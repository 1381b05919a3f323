import { inOrder } from './pg-graph-rows-sql.ts';

interface Statement {
  readonly name: string;
  readonly text: string;
}

/** The same walk, held to one tenant: $4. */
const within = ({ name, text }: Statement, column: string): Statement => ({
  name: `${name}_of_tenant`,
  text: text.replace(/\s+ORDER BY /, ` AND ${column} = $4 ORDER BY `),
});

/** The statements of a rebuild, by name, for one tenant. */
export const ofTenant: ReadonlyMap<string, Statement> = new Map(
  [
    [inOrder.tenants, 't.id'] as const,
    [inOrder.suspendedTenants, 't.id'] as const,
    [inOrder.tenantMembers, 'm.tenant_id'] as const,
    [inOrder.workspaces, 'w.tenant_id'] as const,
    [inOrder.archivedWorkspaces, 'w.tenant_id'] as const,
    [inOrder.workspaceMembers, 'm.tenant_id'] as const,
    [inOrder.groups, 'g.tenant_id'] as const,
    [inOrder.groupMembers, 'm.tenant_id'] as const,
  ].map(([statement, column]) => [statement.name, within(statement, column)]),
);

/** What edges can lie on: $1 the tenant, $2 the object to go on after, $3 how many. */
export const objects = {
  name: 'graph_objects_of_tenant',
  text: `SELECT type, id FROM (
      SELECT 'group' AS type, g.id FROM groups g WHERE g.tenant_id = $1
      UNION ALL SELECT 'workspace', w.id FROM workspaces w WHERE w.tenant_id = $1
      UNION ALL SELECT 'tenant', t.id FROM tenants t WHERE t.id = $1) AS object
    WHERE (type, id) > ($4, $2) ORDER BY type, id LIMIT $3`,
};
