import type { ObjectRef, Relationship } from '#authorization';
import type { SqlExecutor } from '#database';
import type { GraphChunk } from '../projection/graph-mapping.ts';

/** A stretch of the objects of a tenant. */
export interface ObjectChunk {
  readonly objects: readonly ObjectRef[];
  /** Where to go on; null at the end. */
  readonly next: string | null;
}

/** `type:id`. */
export const objectKey = ({ type, id }: ObjectRef): string => `${type}:${id}`;

/** What naming a difference between graph and rows needs to know of the mapping, beyond what projecting does. */
export abstract class DriftVocabulary {
  /** Of these objects, those that have rows, by `objectKey`: the tenant they belong to, null for the platform's. */
  abstract ownersOf(snapshot: SqlExecutor, objects: readonly ObjectRef[]): Promise<ReadonlyMap<string, string | null>>;

  /** The edges that the rows of one tenant make (null: the platform's), phase by phase as `GraphMapping.chunk`. No other tenant's rows are read. */
  abstract tenantChunk(
    snapshot: SqlExecutor,
    tenantId: string | null,
    phase: number,
    after: string | null,
    limit: number,
  ): Promise<GraphChunk>;

  /** The objects of a tenant (null: the platform) that edges can lie on. */
  abstract objectsOf(snapshot: SqlExecutor, tenantId: string | null, after: string | null, limit: number): Promise<ObjectChunk>;

  /** Whether rows could ever make an edge of this form: this relation of this type, to this kind of subject. */
  abstract couldExist(relationship: Relationship): boolean;

  /** For an edge that a role makes: the edges of all roles that its subject can have on its resource, highest first. Null for others. */
  abstract rolesBeside(relationship: Relationship): readonly Relationship[] | null;
}
