import type { TenantId } from '#kernel';

/** How many buckets tenants are spread over. Stored with every event, so it never changes. */
export const tenantBuckets = 256;

/** The bucket of events that belong to no tenant. */
export const platformBucket = 256;

/** FNV-1a over the tenant's id: stable for ever, and the same in every process. */
export function bucketOf(tenantId: TenantId | null): number {
  if (tenantId === null) return platformBucket;
  let hash = 0x811c9dc5;
  for (let i = 0; i < tenantId.length; i += 1) hash = Math.imul(hash ^ tenantId.charCodeAt(i), 0x01000193);
  return (hash >>> 0) % tenantBuckets;
}
