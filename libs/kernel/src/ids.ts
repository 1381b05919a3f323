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

export class UlidGenerator extends IdGenerator {
  private readonly factory = monotonicFactory();

  override next<Id extends string>(): Id {
    return this.factory() as Id;
  }
}
