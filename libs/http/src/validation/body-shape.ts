import { DomainError } from '#kernel';

/** Deeper than any body of this API, shallow enough that nothing downstream can run out of stack. */
export const maxDepth = 32;

export class BodyTooDeep extends DomainError {
  override readonly kind = 'malformed';
  override readonly code = 'body_too_deep';

  constructor() {
    super(`The body nests objects and arrays more than ${maxDepth} levels deep.`);
  }
}

/** 256 KiB hold 130,000 small values; each costs more to look at than to send. */
export const maxMembers = 10_000;

export class BodyTooManyMembers extends DomainError {
  override readonly kind = 'malformed';
  override readonly code = 'body_too_many_members';

  constructor() {
    super(`The body holds more than ${maxMembers} members and elements.`);
  }
}

/** RFC 6901: `~` and `/` inside a member name are escaped. */
export function pointerTo(parent: string, member: string | number): string {
  return `${parent}/${String(member).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** PostgreSQL cannot store NUL, and a lone surrogate is no text in UTF-8. */
export function isStorableText(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

interface Visit {
  readonly value: object;
  readonly pointer: string;
  readonly depth: number;
}

/**
 * Walks parsed JSON, without recursion, and returns pointers to every string that cannot be stored, names of members
 * included. Throws `BodyTooDeep`, `BodyTooManyMembers`.
 */
export function unstorableTextIn(body: unknown): string[] {
  const found: string[] = [];
  if (typeof body === 'string' && !isStorableText(body)) found.push('');
  const open: Visit[] = typeof body === 'object' && body !== null ? [{ value: body, pointer: '', depth: 1 }] : [];
  let seen = 0;
  for (let visit = open.pop(); visit; visit = open.pop()) {
    if (visit.depth > maxDepth) throw new BodyTooDeep();
    const members = Object.entries(visit.value) as [string, unknown][];
    seen += members.length;
    if (seen > maxMembers) throw new BodyTooManyMembers();
    for (const [member, value] of members) {
      const pointer = pointerTo(visit.pointer, member);
      if (!isStorableText(member) || (typeof value === 'string' && !isStorableText(value))) found.push(pointer.toWellFormed());
      if (typeof value === 'object' && value !== null) open.push({ value, pointer, depth: visit.depth + 1 });
    }
  }
  return found;
}
