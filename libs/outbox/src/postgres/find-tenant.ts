import type { Database } from '#database';
import { platformScope, type TenantId } from '#kernel';

// across tenants: which of them is meant is the question
const byIdOrSlug = {
  name: 'tenant_by_id_or_slug',
  text: 'SELECT id FROM tenants WHERE id = $1 UNION ALL SELECT id FROM tenants WHERE slug = $1 LIMIT 1',
};

/** The tenant with this id, or else with this slug, as operators name it; null when there is none. */
export async function findTenant(database: Database, idOrSlug: string): Promise<TenantId | null> {
  const [row] = await database.read<{ id: TenantId }>(platformScope, { ...byIdOrSlug, values: [idOrSlug] });
  return row?.id ?? null;
}
