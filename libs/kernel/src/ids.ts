import { monotonicFactory, isValid } from 'ulid';

declare const brand: unique symbol;

/** A string that only the code which knows its meaning can make: a `UserId` cannot pass for a `GroupId`. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };

export type TenantId = Brand<string, 'TenantId'>;
export type UserId = Brand<string, 'UserId'>;
export type WorkspaceId = Brand<string, 'WorkspaceId'>;
export type GroupId = Brand<string, 'GroupId'>;
export type ServiceAccountId = Brand<string, 'ServiceAccountId'>;
export type EventId = Brand<string, 'EventId'>;

/** Upper-case Crockford base 32, 26 characters: https://github.com/ulid/spec */
export function isUlid(value: string): boolean {
  return value === value.toUpperCase() && isValid(value);
}

/** Where new identifiers come from. They sort by creation time within one process. */
export abstract class IdGenerator {
  /** A fresh ULID, greater than every one this generator returned before. */
  abstract next<Id extends string>(): Id;
}

/**
 * Random numbers from 0 up to, but not including, 1, each of one byte that is used once. Left alone, the library fetches the sixteen bytes of an
 * id one by one, by a system call each: 43 µs of CPU an id, against 0.5 from a store.
 */
function randomFromStore(): () => number {
  const store = new Uint8Array(4_096);
  let used = store.length;
  return () => {
    if (used === store.length) {
      crypto.getRandomValues(store);
      used = 0;
    }
    const byte = store[used] ?? 0;
    store[used] = 0;
    used += 1;
    return byte / 256;
  };
}

export class UlidGenerator extends IdGenerator {
  private readonly factory = monotonicFactory(randomFromStore());

  override next<Id extends string>(): Id {
    return this.factory() as Id;
  }
}
