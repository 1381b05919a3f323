import { relationshipKey, type AuthorizationProvider } from '#authorization';
import { expect } from 'vitest';
import type { OwnerConnection } from '../../iam/support/owner-connection.ts';

/** f(state), said a second time, in SQL: the product's own mapping must not be its own witness. What has ended is told apart below. */
const expected = `
  SELECT 'tenant:' || id || '#platform@platform:main' AS edge, NULL::timestamptz AS expires_at FROM tenants
  UNION ALL SELECT format('tenant:%s#suspended@%s:*', id, kind), NULL FROM tenants, unnest(ARRAY['user', 'service_account']) AS kind
    WHERE state <> 'active'
  UNION ALL SELECT format('tenant:%s#%s@user:%s', m.tenant_id, held, m.user_id), m.expires_at
    FROM tenant_members m JOIN users u ON u.id = m.user_id AND u.status = 'active',
      unnest((ARRAY['admin', 'operator', 'member'])[array_position(ARRAY['admin', 'operator', 'member'], m.role):]) AS held
  UNION ALL SELECT format('workspace:%s#tenant@tenant:%s', id, tenant_id), NULL FROM workspaces
  UNION ALL SELECT format('workspace:%s#inherits@workspace:%s', id, parent_id), NULL FROM workspaces WHERE parent_id IS NOT NULL AND inherits
  UNION ALL SELECT format('workspace:%s#archived@%s:*', id, kind), NULL FROM workspaces, unnest(ARRAY['user', 'service_account']) AS kind
    WHERE state <> 'active'
  UNION ALL SELECT format('workspace:%s#%s@%s:%s%s', workspace_id, held, subject_type, subject_id,
      CASE subject_type WHEN 'group' THEN '#member' ELSE '' END), expires_at
    FROM workspace_members,
      unnest((ARRAY['owner', 'admin', 'member', 'viewer'])[array_position(ARRAY['owner', 'admin', 'member', 'viewer'], role):]) AS held
  UNION ALL SELECT format('group:%s#tenant@tenant:%s', id, tenant_id), NULL FROM groups
  UNION ALL SELECT format('group:%s#%s@user:%s', group_id, held, user_id), expires_at
    FROM group_members, unnest((ARRAY['admin', 'member'])[array_position(ARRAY['admin', 'member'], role):]) AS held
  UNION ALL SELECT 'platform:main#administrator@user:' || a.user_id, NULL
    FROM platform_admins a JOIN users u ON u.id = a.user_id AND u.status = 'active'`;

const ownedTypes = ['platform', 'tenant', 'group', 'workspace', 'resource'];

export interface Edge {
  readonly edge: string;
  readonly expiresAt: Date | null;
}

/** What rows make, with what counts as removed because its end has come. */
export interface StatedEdge extends Edge {
  readonly ended: boolean;
}

const withEnd = ({ edge, expiresAt }: Edge): string => (expiresAt === null ? edge : `${edge} until ${expiresAt.toISOString()}`);

export async function edgesOfRows(owner: OwnerConnection): Promise<StatedEdge[]> {
  return owner.query<StatedEdge>(`SELECT edge, expires_at AS "expiresAt", coalesce(expires_at <= clock_timestamp(), false) AS ended
    FROM (${expected}) AS stated`);
}

async function stated(owner: OwnerConnection): Promise<Edge[]> {
  return (await edgesOfRows(owner)).filter(({ ended }) => !ended);
}

export async function edgesOfState(owner: OwnerConnection): Promise<string[]> {
  return (await stated(owner)).map(({ edge }) => edge).sort();
}

async function held(graph: AuthorizationProvider): Promise<Edge[]> {
  const edges: Edge[] = [];
  for (const resourceType of ownedTypes) {
    for await (const found of graph.read({ resourceType }, { kind: 'fully_consistent' })) {
      edges.push({ edge: relationshipKey(found), expiresAt: found.expiresAt ?? null });
    }
  }
  return edges;
}

export async function edgesInGraph(graph: AuthorizationProvider): Promise<string[]> {
  return (await held(graph)).map(({ edge }) => edge).sort();
}

/** Every difference by name, an end that differs being one: `missing` in the graph, `extra` in it. */
export async function driftBetween(owner: OwnerConnection, graph: AuthorizationProvider): Promise<{ missing: string[]; extra: string[] }> {
  const [state, found] = (await Promise.all([stated(owner), held(graph)])).map((edges) => edges.map(withEnd).sort()) as [
    string[],
    string[],
  ];
  const inState = new Set(state);
  const inGraph = new Set(found);
  return { missing: state.filter((edge) => !inGraph.has(edge)), extra: found.filter((edge) => !inState.has(edge)) };
}

export async function expectGraphIsState(owner: OwnerConnection, graph: AuthorizationProvider): Promise<void> {
  const { missing, extra } = await driftBetween(owner, graph);
  expect({ missing: missing.slice(0, 8), extra: extra.slice(0, 8) }).toEqual({ missing: [], extra: [] });
}
