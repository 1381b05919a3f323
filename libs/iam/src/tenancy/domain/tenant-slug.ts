import type { Brand, TenantId } from '#kernel';
import { TenantSlugInvalid, TenantSlugReserved } from './errors.ts';
import type { TenantName } from './tenant-name.ts';

export type TenantSlug = Brand<string, 'TenantSlug'>;

export const TENANT_SLUG_MIN_LENGTH = 3;
export const TENANT_SLUG_MAX_LENGTH = 64;
export const TENANT_SLUG_PATTERN = /^[a-z0-9][a-z0-9-]{1,62}[a-z0-9]$/;

/** Words that mean something in a URL or a host name of ours, or could pass for the product speaking. */
export const RESERVED_TENANT_SLUGS: ReadonlySet<string> = new Set(
  `about account admin admins api app apps assets auth billing blog cdn consistency dashboard default dev docs first-admin health
  healthz help internal localhost login logout mail members metrics new null oauth oidc openapi ops platform public readyz register
  restore root security settings signin signup smtp static status support suspend system tenant tenantry tenants undefined users
  well-known worker workspaces www`.split(/\s+/),
);

/** 50 random bits: a million tenants of one name are all likely to differ. With 30, forty thousand were not. */
const suffixLength = 10;
const fallbackBase = 'tenant';

/** A slug that somebody chose. Throws `TenantSlugInvalid`, `TenantSlugReserved`. */
export function tenantSlug(text: string): TenantSlug {
  const slug = slugOfConfiguration(text);
  if (RESERVED_TENANT_SLUGS.has(slug)) throw new TenantSlugReserved();
  return slug;
}

/** A slug from the operator's own configuration, who may use the reserved words. Throws `TenantSlugInvalid`. */
export function slugOfConfiguration(text: string): TenantSlug {
  if (!TENANT_SLUG_PATTERN.test(text)) {
    throw new TenantSlugInvalid(
      `must be ${TENANT_SLUG_MIN_LENGTH} to ${TENANT_SLUG_MAX_LENGTH} lower-case letters, digits and hyphens, with no hyphen at either end`,
    );
  }
  return text as TenantSlug;
}

/** `Café Zürich` becomes `cafe-zurich-` and the end of the id, which makes it unique: ULIDs end in their random part. */
export function slugDerivedFrom(name: TenantName, id: TenantId): TenantSlug {
  const base = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, TENANT_SLUG_MAX_LENGTH - suffixLength - 1)
    .replace(/^-+|-+$/g, '');
  return `${base === '' ? fallbackBase : base}-${id.slice(-suffixLength).toLowerCase()}` as TenantSlug;
}
