import { DomainError, VersionMismatch } from '#kernel';
import { InvalidHeader } from '../validation/validation-failed.ts';

/** A change without If-Match could overwrite what its author never saw. RFC 6585. */
export class PreconditionRequired extends DomainError {
  override readonly kind = 'precondition_required';
  override readonly code = 'precondition_required';

  constructor() {
    super('Send If-Match with the ETag of the version you want to change.');
  }
}

/** What If-Match asks of the current version. An empty list can match nothing. */
export type VersionCondition = { readonly any: true } | { readonly any: false; readonly versions: readonly number[] };

/** Strong, because equal versions of a resource are equal byte for byte. */
export const entityTagOf = (version: number): string => `"${version}"`;

const entityTag = /[ \t]*(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"[ \t]*(,|$)/y;
const versionForm = /^[1-9]\d{0,9}$/;

/**
 * RFC 9110, 13.1.1: `*` matches any current version; a list matches when one of its tags does, compared strongly, so that a
 * weak tag never matches. Undefined when the header is absent. Throws `InvalidHeader`.
 */
export function versionConditionOf(header: string | undefined): VersionCondition | undefined {
  if (header === undefined) return undefined;
  if (header.trim() === '*') return { any: true };
  const versions: number[] = [];
  for (let at = 0; at < header.length; at = entityTag.lastIndex) {
    entityTag.lastIndex = at;
    const match = entityTag.exec(header);
    if (!match) throw new InvalidHeader('If-Match', 'expected * or a list of quoted entity tags, such as "3"');
    if (match[1] === undefined && versionForm.test(match[2] ?? '')) versions.push(Number(match[2]));
  }
  if (header.trim() === '') throw new InvalidHeader('If-Match', 'expected * or a list of quoted entity tags, such as "3"');
  return { any: false, versions };
}

/**
 * The version that a change must find. One strong tag says it itself; for `*` and lists the current version is read first, and
 * becomes the condition. Throws `VersionMismatch`, and what `current` throws.
 */
export async function expectedVersion(condition: VersionCondition, current: () => Promise<{ readonly version: number }>): Promise<number> {
  if (!condition.any && condition.versions.length === 1) return condition.versions[0] as number;
  const { version } = await current();
  if (!condition.any && !condition.versions.includes(version)) throw new VersionMismatch();
  return version;
}
