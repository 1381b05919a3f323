import { graph, platformObject, type ObjectRef } from '#authorization';
import type { SqlExecutor } from '#database';
import { byKey } from './pg-graph-rows-sql.ts';

const keyOf = ({ type, id }: ObjectRef) => `${type}:${id}`;

/** Of these objects, those that have rows, by `type:id`: their tenant, or null for the platform. One round trip. */
export async function ownersOf(snapshot: SqlExecutor, objects: readonly ObjectRef[]): Promise<Map<string, string | null>> {
  const idsOf = (type: string) => [...new Set(objects.filter((object) => object.type === type).map(({ id }) => id))];
  const read = async (statement: { readonly name: string; readonly text: string }, type: string, column: string) => {
    const ids = idsOf(type);
    if (ids.length === 0) return [];
    const { rows } = await snapshot.query<Record<string, string>>(statement.text, [ids], statement.name);
    return rows.map((row) => [keyOf({ type, id: row[column] ?? '' }), row['tenant_id'] ?? null] as const);
  };
  const found = await Promise.all([
    read(byKey.tenants, graph.tenant.type, 'tenant_id'),
    read(byKey.workspaces, graph.workspace.type, 'workspace_id'),
    read(byKey.groups, graph.group.type, 'group_id'),
  ]);
  return new Map<string, string | null>([[keyOf(platformObject), null], ...found.flat()]);
}
