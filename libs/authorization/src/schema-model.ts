/** What may stand on the subject side of a relation. */
export interface AllowedSubject {
  readonly type: string;
  /** With it, everyone who holds that relation or permission on the subject. */
  readonly relation?: string;
  /** `type:*`: every object of the type. */
  readonly wildcard: boolean;
  /** The edge must carry an expiry; without it, it must not. */
  readonly expires: boolean;
}

export type PermissionExpression =
  | { readonly kind: 'nil' }
  /** A relation or permission of the same object. */
  | { readonly kind: 'own'; readonly name: string }
  /** `relation->target`: `target` on every object that `relation` leads to. */
  | { readonly kind: 'arrow'; readonly relation: string; readonly target: string }
  | { readonly kind: 'union' | 'intersection'; readonly operands: readonly PermissionExpression[] }
  | { readonly kind: 'exclusion'; readonly base: PermissionExpression; readonly excluded: PermissionExpression };

export interface Definition {
  readonly name: string;
  readonly relations: ReadonlyMap<string, readonly AllowedSubject[]>;
  readonly permissions: ReadonlyMap<string, PermissionExpression>;
}

/** A schema as data: what `schema.zed` says, without its words. */
export interface SchemaModel {
  readonly definitions: ReadonlyMap<string, Definition>;
}

export function allowedSubjectText({ type, relation, wildcard, expires }: AllowedSubject): string {
  const tail = wildcard ? ':*' : relation === undefined ? '' : `#${relation}`;
  return `${type}${tail}${expires ? ' with expiration' : ''}`;
}

/** Everything a process can name: `tenant`, `tenant#member`, `tenant#access`. Sorted. */
export function namesOf(schema: SchemaModel): readonly string[] {
  const names = [...schema.definitions.values()].flatMap(({ name, relations, permissions }) => [
    name,
    ...[...relations.keys(), ...permissions.keys()].map((member) => `${name}#${member}`),
  ]);
  return names.sort();
}
