import { onConstraint } from '#database';
import { NamedUserNotFound } from '../../identities/index.ts';
import { AlreadyMember, ExternalIdTaken, MetadataTooLarge, TenantSlugTaken } from '../domain/errors.ts';
import { TENANT_METADATA_MAX_BYTES } from '../domain/tenant-metadata.ts';

const errors = {
  tenants_slug_unique: () => new TenantSlugTaken(),
  tenants_external_id_unique: () => new ExternalIdTaken(),
  tenants_metadata_size: () => new MetadataTooLarge(TENANT_METADATA_MAX_BYTES),
  tenant_members_pkey: () => new AlreadyMember(),
  tenant_members_user_exists: () => new NamedUserNotFound(),
};

/** The one place that knows what this module's constraints mean. */
export const inWordsOfTenancy = <T>(statement: Promise<T>): Promise<T> => onConstraint(statement, errors);
