import type { OwnerConnection } from './owner-connection.ts';

interface PlanNode {
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly PlanNode[];
}

const rowsOf = (node: PlanNode, relations: readonly string[]): number =>
  (relations.includes(node['Relation Name'] ?? '')
    ? (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops']
    : 0) + (node.Plans ?? []).reduce((sum, plan) => sum + rowsOf(plan, relations), 0);

const quoted = (value: unknown) => (typeof value === 'string' ? `'${value}'` : String(value));

export interface AskedStatement {
  readonly text: string;
  /** The types of its parameters, as PREPARE wants them. */
  readonly types: string;
  readonly values: readonly unknown[];
}

/** Rows of these tables that a statement reads, planned for its parameters (`force_custom_plan`) or without knowing them (`force_generic_plan`). */
export async function rowsRead(
  owner: OwnerConnection,
  mode: string,
  { text, types, values }: AskedStatement,
  relations: readonly string[],
): Promise<number> {
  await owner.query('DEALLOCATE ALL');
  await owner.query(`SET plan_cache_mode = ${mode}`);
  await owner.query(`PREPARE asked (${types}) AS ${text}`);
  const explain = `EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE asked (${values.map(quoted).join(', ')})`;
  const [found] = await owner.query<{ 'QUERY PLAN': { Plan: PlanNode }[] }>(explain);
  return Math.round(rowsOf(found?.['QUERY PLAN'][0]?.Plan as PlanNode, relations));
}
