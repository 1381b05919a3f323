import { platformObject, type ObjectRef, type Relationship } from '#authorization';
import type { SqlExecutor } from '#database';
import { DriftVocabulary, type GraphChunk, type ObjectChunk } from '#outbox';
import { couldExist, rolesBeside } from '../application/edge-forms.ts';
import { ownersOf } from './pg-graph-owners.ts';
import { phases, type Phase } from './pg-graph-phases.ts';
import { objects, ofTenant } from './pg-tenant-rows-sql.ts';

/** What naming a drift needs to know of this library's tables. */
export class PgDriftVocabulary extends DriftVocabulary {
  override ownersOf(snapshot: SqlExecutor, some: readonly ObjectRef[]): Promise<ReadonlyMap<string, string | null>> {
    return ownersOf(snapshot, some);
  }

  /** The platform's own rows are few and have a statement to themselves; a tenant's are walked within the tenant. */
  override async tenantChunk(
    snapshot: SqlExecutor,
    tenantId: string | null,
    nth: number,
    after: string | null,
    limit: number,
  ): Promise<GraphChunk> {
    const phase = phases[nth];
    const own = phase && ofTenant.get(phase.statement.name);
    const statement = tenantId === null ? phase?.statement : own;
    if (phase === undefined || statement === undefined || (tenantId === null) !== (own === undefined))
      return { relationships: [], next: null };
    const key = after === null ? ['', ''] : (JSON.parse(after) as [string, string]);
    const rowsAtOnce = Math.max(1, Math.floor(limit / phase.edgesPerRow));
    const values = [...key, rowsAtOnce, ...(tenantId === null ? [] : [tenantId])];
    const { rows } = await snapshot.query<never>(statement.text, values, statement.name);
    return chunkOf(phase, tenantId, rows, rowsAtOnce);
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

function chunkOf(phase: Phase, tenantId: string | null, rows: readonly never[], rowsAtOnce: number): GraphChunk {
  const last = rows.at(-1);
  return {
    relationships: rows.flatMap((row) => phase.edgesOf(row).map((relationship) => ({ tenantId, relationship }))),
    next: last === undefined || rows.length < rowsAtOnce ? null : JSON.stringify(phase.keyOf(last)),
  };
}
