import type { PageOf, PageRequest, TenantId, UserId } from '#kernel';
import type { JsonObject } from '../domain/tenant-metadata.ts';
import type { TenantRole } from '../domain/tenant-role.ts';
import type { TenantState } from '../domain/tenant.ts';

export interface TenantView {
  readonly id: TenantId;
  readonly name: string;
  readonly slug: string;
  readonly external_id: string | null;
  readonly metadata: JsonObject;
  readonly state: TenantState;
  readonly is_default: boolean;
  /** False: no active admin is here to stay, and a platform admin may appoint a first one. */
  readonly has_active_admin: boolean;
  readonly version: number;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface TenantMemberView {
  readonly tenant_id: TenantId;
  readonly user_id: UserId;
  readonly role: TenantRole;
  /** When the membership ends by itself; null: never. Past it, it is not shown. */
  readonly expires_at: string | null;
  readonly email: string | null;
  readonly display_name: string | null;
  /** The user's status: whoever is not active has no access, whatever the role. */
  readonly status: string;
  readonly version: number;
  readonly joined_at: string;
  readonly updated_at: string;
}

/** Read straight from the tables; each is one statement. Lists are in order of the ids. */
export abstract class TenantViews {
  /** By id or slug. */
  abstract tenant(idOrSlug: string): Promise<TenantView | null>;

  /** With `memberId`, only the tenants of that user. */
  abstract tenants(page: PageRequest & { readonly memberId?: UserId }): Promise<PageOf<TenantView>>;

  abstract member(tenantId: TenantId, userId: UserId): Promise<TenantMemberView | null>;

  abstract members(tenantId: TenantId, page: PageRequest): Promise<PageOf<TenantMemberView>>;
}
