import type { Statement } from '#database';
import type { ClientBase } from 'pg';

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Shared Hit Blocks': number;
  readonly 'Shared Read Blocks': number;
  readonly Plans?: readonly PlanNode[];
}

export interface ReadingCost {
  /** Pages of 8 kB that it touched, in memory or not. */
  readonly pages: number;
  /** Rows of tables that it looked at, those that a filter took out included. */
  readonly rows: number;
  /** Tables that it read from one end to the other. */
  readonly scanned: readonly string[];
}

const scannedIn = (node: PlanNode): string[] => [
  ...(node['Node Type'] === 'Seq Scan' ? [node['Relation Name'] ?? ''] : []),
  ...(node.Plans ?? []).flatMap(scannedIn),
];

const rowsIn = (node: PlanNode): number =>
  (node['Relation Name'] === undefined ? 0 : (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops']) +
  (node.Plans ?? []).reduce((sum, plan) => sum + rowsIn(plan), 0);

/** Runs the statement, planned for its values as every statement without a name is, and says what it read. */
export async function pagesRead(client: Pick<ClientBase, 'query'>, { text, values = [] }: Statement): Promise<ReadingCost> {
  const { rows } = await client.query<{ 'QUERY PLAN': { Plan: PlanNode }[] }>(
    `EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) ${text}`,
    [...values],
  );
  const plan = rows[0]?.['QUERY PLAN'][0]?.Plan as PlanNode;
  return { pages: plan['Shared Hit Blocks'] + plan['Shared Read Blocks'], rows: Math.round(rowsIn(plan)), scanned: scannedIn(plan) };
}
