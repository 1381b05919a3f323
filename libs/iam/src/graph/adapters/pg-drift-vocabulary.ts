import { platformObject, type ObjectRef, type Relationship } from '#authorization';
import { bucketOf, type SqlExecutor } from '#database';
import type { TenantId } from '#kernel';
import { DriftVocabulary, type GraphStretch, type ObjectChunk } from '#outbox';
import { couldExist, rolesBeside } from '../application/edge-forms.ts';
import { ownersOf } from './pg-graph-owners.ts';
import { phases, platformPhases } from './pg-graph-phases.ts';
import { stretchOf } from './pg-graph-stretch.ts';
import { objects } from './pg-tenant-rows-sql.ts';

/** What naming a drift needs to know of this library's tables. */
export class PgDriftVocabulary extends DriftVocabulary {
  override ownersOf(snapshot: SqlExecutor, some: readonly ObjectRef[]): Promise<ReadonlyMap<string, string | null>> {
    return ownersOf(snapshot, some);
  }

  override async tenantStretch(
    snapshot: SqlExecutor,
    tenantId: string | null,
    nth: number,
    after: string | null,
    limit: number,
  ): Promise<GraphStretch> {
    const phase = tenantId === null ? platformPhases[nth - phases.length] : phases[nth];
    if (phase === undefined) return { rows: [], ended: true };
    const id = tenantId as TenantId | null;
    return stretchOf(snapshot, phase, { buckets: [bucketOf(id)], after, limit, ...(id !== null && { tenantId: id }) });
  }

  override async objectsOf(snapshot: SqlExecutor, tenantId: string | null, after: string | null, limit: number): Promise<ObjectChunk> {
    if (tenantId === null) return { objects: [platformObject], next: null };
    const [type, id] = after === null ? ['', ''] : (JSON.parse(after) as [string, string]);
    const { rows } = await snapshot.query<ObjectRef>(objects.text, [tenantId, id, limit, type], objects.name);
    const last = rows.at(-1);
    return { objects: rows, next: last === undefined || rows.length < limit ? null : JSON.stringify([last.type, last.id]) };
  }

  override couldExist(relationship: Relationship): boolean {
    return couldExist(relationship);
  }

  override rolesBeside(relationship: Relationship): readonly Relationship[] | null {
    return rolesBeside(relationship);
  }
}
