import type { Brand } from '#kernel';
import { ExternalIdInvalid } from './errors.ts';

/** What another system calls this tenant. Unique on the platform. */
export type ExternalId = Brand<string, 'ExternalId'>;

/** In Unicode code points, as PostgreSQL counts them. */
export const EXTERNAL_ID_MAX_LENGTH = 255;

const unprintable = /[\p{Cc}\p{Cs}]/u;

/** Kept as it came: it is somebody else's key. Throws `ExternalIdInvalid`. */
export function externalId(text: string): ExternalId {
  const length = [...text].length;
  if (length === 0 || length > EXTERNAL_ID_MAX_LENGTH) throw new ExternalIdInvalid(`must have 1 to ${EXTERNAL_ID_MAX_LENGTH} characters`);
  if (unprintable.test(text)) throw new ExternalIdInvalid('must not contain control characters');
  return text as ExternalId;
}
