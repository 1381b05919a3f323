import type { SqlExecutor } from '#database';
import type { TenantId } from '#kernel';
import type { GraphStretch, WalkedGraphRow } from '#outbox';
import type { Phase } from './pg-graph-phases.ts';

export interface Walk {
  readonly buckets: readonly number[];
  /** Only this tenant's rows; its bucket must be among those. */
  readonly tenantId?: TenantId;
  readonly after: string | null;
  readonly limit: number;
}

/** The rows of one phase that come next. */
export async function stretchOf(snapshot: SqlExecutor, phase: Phase, { buckets, tenantId, after, limit }: Walk): Promise<GraphStretch> {
  const { statement } = phase;
  const key = keyAfter(after, statement.width);
  const { name, text } = tenantId === undefined ? statement : (statement.ofTenant ?? statement);
  const { rows } = await snapshot.query<never>(text, [buckets, limit, ...key, ...(tenantId === undefined ? [] : [tenantId])], name);
  return { rows: rows.map((row) => walked(phase, row)), ended: rows.length < limit };
}

/** A key that another release wrote, of another shape, counts as none: the phase begins anew. */
function keyAfter(after: string | null, width: number): readonly (number | string)[] {
  const key = after === null ? [] : (JSON.parse(after) as (number | string)[]);
  return key.length === width + 1 && typeof key[0] === 'number' ? key : [-1, ...new Array<string>(width).fill('')];
}

function walked(phase: Phase, row: never): WalkedGraphRow {
  return {
    tenantId: phase.tenantOf(row),
    relationships: phase.edgesOf(row),
    cursor: () => JSON.stringify([(row as { readonly bucket: number }).bucket, ...phase.keyOf(row)]),
  };
}
