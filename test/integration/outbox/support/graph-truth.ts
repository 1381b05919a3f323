import { relationshipKey, type AuthorizationProvider } from '#authorization';
import { expect } from 'vitest';
import type { OwnerConnection } from '../../iam/support/owner-connection.ts';

/** f(state), said a second time, in SQL: the product's own mapping must not be its own witness. */
const expected = `
  SELECT 'tenant:' || id || '#platform@platform:main' AS edge FROM tenants
  UNION ALL SELECT format('tenant:%s#suspended@%s:*', id, kind) FROM tenants, unnest(ARRAY['user', 'service_account']) AS kind
    WHERE state <> 'active'
  UNION ALL SELECT format('tenant:%s#%s@user:%s', m.tenant_id, held, m.user_id)
    FROM tenant_members m JOIN users u ON u.id = m.user_id AND u.status = 'active',
      unnest((ARRAY['admin', 'operator', 'member'])[array_position(ARRAY['admin', 'operator', 'member'], m.role):]) AS held
  UNION ALL SELECT format('workspace:%s#tenant@tenant:%s', id, tenant_id) FROM workspaces
  UNION ALL SELECT format('workspace:%s#inherits@workspace:%s', id, parent_id) FROM workspaces WHERE parent_id IS NOT NULL AND inherits
  UNION ALL SELECT format('workspace:%s#archived@%s:*', id, kind) FROM workspaces, unnest(ARRAY['user', 'service_account']) AS kind
    WHERE state <> 'active'
  UNION ALL SELECT format('workspace:%s#%s@user:%s', workspace_id, held, user_id)
    FROM workspace_members,
      unnest((ARRAY['owner', 'admin', 'member', 'viewer'])[array_position(ARRAY['owner', 'admin', 'member', 'viewer'], role):]) AS held
  UNION ALL SELECT 'platform:main#administrator@user:' || a.user_id FROM platform_admins a JOIN users u ON u.id = a.user_id AND u.status = 'active'`;

const ownedTypes = ['platform', 'tenant', 'group', 'workspace', 'resource'];

export async function edgesOfState(owner: OwnerConnection): Promise<string[]> {
  return (await owner.query<{ edge: string }>(expected)).map(({ edge }) => edge).sort();
}

export async function edgesInGraph(graph: AuthorizationProvider): Promise<string[]> {
  const edges: string[] = [];
  for (const resourceType of ownedTypes) {
    for await (const edge of graph.read({ resourceType }, { kind: 'fully_consistent' })) edges.push(relationshipKey(edge));
  }
  return edges.sort();
}

/** Every difference by name: `missing` in the graph, `extra` in it. */
export async function driftBetween(owner: OwnerConnection, graph: AuthorizationProvider): Promise<{ missing: string[]; extra: string[] }> {
  const [state, held] = await Promise.all([edgesOfState(owner), edgesInGraph(graph)]);
  const inState = new Set(state);
  const inGraph = new Set(held);
  return { missing: state.filter((edge) => !inGraph.has(edge)), extra: held.filter((edge) => !inState.has(edge)) };
}

export async function expectGraphIsState(owner: OwnerConnection, graph: AuthorizationProvider): Promise<void> {
  const { missing, extra } = await driftBetween(owner, graph);
  expect({ missing: missing.slice(0, 8), extra: extra.slice(0, 8) }).toEqual({ missing: [], extra: [] });
}
