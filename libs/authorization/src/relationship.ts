/** An object of the permission graph, as `type:id`. */
export interface ObjectRef {
  readonly type: string;
  readonly id: string;
}

/** Who a relationship points at: an object, or with `relation` everyone who holds that relation on it. `id` may be `*`. */
export interface SubjectRef extends ObjectRef {
  readonly relation?: string;
}

/** One edge. `expiresAt` is not part of its identity: SpiceDB keeps one edge per (resource, relation, subject). */
export interface Relationship {
  readonly resource: ObjectRef;
  readonly relation: string;
  readonly subject: SubjectRef;
  readonly expiresAt?: Date;
}

/** `touch` makes the edge exist with exactly this expiry; `delete` makes it absent. Both are idempotent. */
export interface RelationshipUpdate {
  readonly operation: 'touch' | 'delete';
  readonly relationship: Relationship;
}

/** All given members must match. At least `resourceType` is needed. */
export interface RelationshipFilter {
  readonly resourceType: string;
  readonly resourceId?: string;
  readonly relation?: string;
  readonly subjectType?: string;
  readonly subjectId?: string;
  /** Empty string: only subjects without a relation. Absent: any. */
  readonly subjectRelation?: string;
}

/** The write happens only if, at its revision, some (`must_match`) or no (`must_not_match`) edge passes the filter. */
export interface Precondition {
  readonly operation: 'must_match' | 'must_not_match';
  readonly filter: RelationshipFilter;
}

/** `type:id#relation@type:id[#relation]`: the identity of an edge, in the notation SpiceDB prints. */
export function relationshipKey({ resource, relation, subject }: Relationship): string {
  const tail = subject.relation === undefined ? '' : `#${subject.relation}`;
  return `${resource.type}:${resource.id}#${relation}@${subject.type}:${subject.id}${tail}`;
}

const keyForm = /^([^:#@]+):([^#@]+)#([^:#@]+)@([^:#@]+):([^#@]+?)(?:#([^:#@]+))?$/;

/** The edge that `relationshipKey` names; null when the text names none. */
export function relationshipOfKey(key: string): Relationship | null {
  const [, type, id, relation, subjectType, subjectId, subjectRelation] = keyForm.exec(key) ?? [];
  if (type === undefined || id === undefined || relation === undefined || subjectType === undefined || subjectId === undefined) return null;
  const subject = { type: subjectType, id: subjectId, ...(subjectRelation !== undefined && { relation: subjectRelation }) };
  return { resource: { type, id }, relation, subject };
}
