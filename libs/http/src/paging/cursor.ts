import { DomainError } from '#kernel';
import { createHash } from 'node:crypto';
import { isStorableText } from '../validation/body-shape.ts';

/** Not a cursor, or one of another list, tenant or filter. */
export class InvalidCursor extends DomainError {
  override readonly kind = 'malformed';
  override readonly code = 'invalid_cursor';

  constructor() {
    super('The cursor is not one that this list gave out. Start again without it.');
  }
}

export const defaultPageSize = 50;
export const maxPageSize = 200;
const maxCursorLength = 2_048;

/** What a cursor is good for: one list, as one set of filters narrows it. */
export interface CursorScope {
  /** The list, such as `tenant-members`. */
  readonly list: string;
  /** The tenant it belongs to; absent for lists of the platform. */
  readonly tenantId?: string;
  readonly filter?: Readonly<Record<string, string | number | boolean | undefined>>;
}

function digestOf({ list, tenantId, filter = {} }: CursorScope): string {
  const sorted = Object.entries(filter)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([list, tenantId ?? null, sorted]))
    .digest('base64url')
    .slice(0, 11);
}

/** Opaque to callers, but no secret and not signed: what it holds is only ever a place in a list they may read. */
export function encodeCursor(scope: CursorScope, position: readonly string[]): string {
  return Buffer.from(JSON.stringify([digestOf(scope), ...position])).toString('base64url');
}

function partsOf(cursor: string): readonly unknown[] | undefined {
  if (cursor.length > maxCursorLength || !/^[\w-]+$/.test(cursor)) return undefined;
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(parts) ? parts : undefined;
  } catch {
    return undefined;
  }
}

/** The position as it was given to `encodeCursor`. `length` is the number of its parts. Throws `InvalidCursor`. */
export function decodeCursor(scope: CursorScope, cursor: string, length = 1): readonly string[] {
  const [digest, ...position] = partsOf(cursor) ?? [];
  const whole = position.length === length && position.every((part) => typeof part === 'string' && isStorableText(part));
  if (digest !== digestOf(scope) || !whole) throw new InvalidCursor();
  return position as string[];
}
