import { relationshipKey, type ObjectRef, type Relationship, type RelationshipFilter } from '../relationship.ts';

/** One edge's life: visible from its revision until, not including, the one that replaced or deleted it. */
interface Version {
  readonly relationship: Relationship;
  readonly since: number;
  until: number;
}

/** Every edge at every revision: a snapshot is a number. */
export class EdgeStore {
  /** By `type:id#relation`, then by edge. */
  private readonly lists = new Map<string, Map<string, Version[]>>();
  private revision = 0;

  get head(): number {
    return this.revision;
  }

  /** Applies all changes at one new revision, and returns it. */
  apply(changes: readonly { readonly relationship: Relationship; readonly present: boolean }[]): number {
    this.revision += 1;
    for (const { relationship, present } of changes) {
      const list = listKey(relationship.resource, relationship.relation);
      const edges = this.lists.get(list) ?? new Map<string, Version[]>();
      this.lists.set(list, edges);
      const versions = edges.get(relationshipKey(relationship)) ?? [];
      edges.set(relationshipKey(relationship), versions);
      const last = versions.at(-1);
      if (last?.until === Infinity) last.until = this.revision;
      if (present) versions.push({ relationship, since: this.revision, until: Infinity });
    }
    return this.revision;
  }

  /** The unexpired edges of one relation of one object. */
  *of(resource: ObjectRef, relation: string, revision: number, now: Date): Iterable<Relationship> {
    for (const versions of this.lists.get(listKey(resource, relation))?.values() ?? []) yield* visible(versions, revision, now);
  }

  *matching(filter: RelationshipFilter, revision: number, now: Date): Iterable<Relationship> {
    for (const edges of this.lists.values()) {
      for (const versions of edges.values()) {
        for (const relationship of visible(versions, revision, now)) if (passes(filter, relationship)) yield relationship;
      }
    }
  }
}

const listKey = ({ type, id }: ObjectRef, relation: string) => `${type}:${id}#${relation}`;

function* visible(versions: readonly Version[], revision: number, now: Date): Iterable<Relationship> {
  for (const { relationship, since, until } of versions) {
    const unexpired = relationship.expiresAt === undefined || relationship.expiresAt > now;
    if (since <= revision && revision < until && unexpired) yield relationship;
  }
}

function passes(filter: RelationshipFilter, { resource, relation, subject }: Relationship): boolean {
  return (
    resource.type === filter.resourceType &&
    (filter.resourceId ?? resource.id) === resource.id &&
    (filter.relation ?? relation) === relation &&
    (filter.subjectType ?? subject.type) === subject.type &&
    (filter.subjectId ?? subject.id) === subject.id &&
    (filter.subjectRelation ?? subject.relation ?? '') === (subject.relation ?? '')
  );
}
