import type { Brand } from '#kernel';
import { MetadataInvalid, MetadataTooLarge } from './errors.ts';

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
export type JsonObject = { readonly [key: string]: JsonValue };

/** What the owner of a tenant wants to keep with it. */
export type TenantMetadata = Brand<JsonObject, 'TenantMetadata'>;

/** In bytes, of the text in which PostgreSQL prints a `jsonb`: the column's own check measures the same. */
export const TENANT_METADATA_MAX_BYTES = 16_384;
/** Of nested objects and arrays, the metadata itself being the first. */
export const TENANT_METADATA_MAX_DEPTH = 16;

export const emptyMetadata = {} as TenantMetadata;

const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Throws `MetadataInvalid`, `MetadataTooLarge`. */
export function tenantMetadata(value: unknown): TenantMetadata {
  if (!isObject(value)) throw new MetadataInvalid('must be an object');
  if (printedBytes(value, 1) > TENANT_METADATA_MAX_BYTES) throw new MetadataTooLarge(TENANT_METADATA_MAX_BYTES);
  return value as TenantMetadata;
}

/** RFC 7396: members of the patch replace, null removes, objects are patched in turn. */
export function patched(metadata: TenantMetadata, patch: JsonObject | null): TenantMetadata {
  return tenantMetadata(patch === null ? {} : mergePatch(metadata, patch, 1));
}

export function sameMetadata(one: TenantMetadata, other: TenantMetadata): boolean {
  return canonical(one) === canonical(other);
}

function mergePatch(target: JsonValue | undefined, patch: JsonValue, depth: number): JsonValue {
  if (!isObject(patch)) return patch;
  if (depth > TENANT_METADATA_MAX_DEPTH) throw tooDeep();
  // Entries, not assignment: a member named __proto__ is a member like any other.
  const members = new Map<string, JsonValue>(isObject(target) ? Object.entries(target) : []);
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) members.delete(key);
    else members.set(key, mergePatch(members.get(key), value, depth + 1));
  }
  return Object.fromEntries(members);
}

function canonical(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`).join(',')}}`;
}

function printedBytes(value: unknown, depth: number): number {
  if (typeof value === 'string') return printedString(value);
  if (typeof value === 'number') return printedNumber(value);
  if (typeof value === 'boolean' || value === null) return String(value).length;
  if (typeof value !== 'object') throw new MetadataInvalid('must hold JSON values only');
  if (depth > TENANT_METADATA_MAX_DEPTH) throw tooDeep();
  const members = Array.isArray(value)
    ? value.map((member) => printedBytes(member, depth + 1))
    : Object.entries(value).map(([key, member]) => printedString(key) + 2 + printedBytes(member, depth + 1));
  return 2 + 2 * Math.max(0, members.length - 1) + members.reduce((sum, bytes) => sum + bytes, 0);
}

function printedString(text: string): number {
  if (text.includes('\0') || !text.isWellFormed()) throw new MetadataInvalid('must not contain NUL or half a surrogate pair');
  return new TextEncoder().encode(JSON.stringify(text)).length;
}

/** PostgreSQL writes every digit out: 1e300 takes 301 bytes. */
function printedNumber(value: number): number {
  const [, sign = '', digits = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(JSON.stringify(value)) ?? [];
  const shift = Number(exponent);
  if (shift === 0) return JSON.stringify(value).length;
  if (shift > 0) return sign.length + digits.length + shift;
  return sign.length + '0.'.length - shift - digits.length + digits.length + fraction.length;
}

const tooDeep = () => new MetadataInvalid(`must not be nested more than ${TENANT_METADATA_MAX_DEPTH} levels deep`);
