import type { Brand } from '#kernel';
import { TenantNameInvalid } from './errors.ts';

export type TenantName = Brand<string, 'TenantName'>;

/** In Unicode code points, as PostgreSQL counts them. */
export const TENANT_NAME_MAX_LENGTH = 255;

/** Control characters and halves of surrogate pairs: invisible at best, refused by the database at worst. */
const unprintable = /[\p{Cc}\p{Cs}]/u;

/** Trims. Throws `TenantNameInvalid`. */
export function tenantName(text: string): TenantName {
  const name = text.trim();
  if (name === '') throw new TenantNameInvalid('must not be empty');
  if ([...name].length > TENANT_NAME_MAX_LENGTH) throw new TenantNameInvalid(`must have at most ${TENANT_NAME_MAX_LENGTH} characters`);
  if (unprintable.test(name)) throw new TenantNameInvalid('must not contain control characters');
  return name as TenantName;
}
