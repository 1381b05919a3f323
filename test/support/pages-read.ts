import type { Statement } from '#database';
import type { ClientBase } from 'pg';

/** A step of a plan as EXPLAIN tells it in JSON. */
export interface PlanNode {
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

/** Tables that are read from one end to the other. */
export const scannedIn = (node: PlanNode): string[] => [
  ...(node['Node Type'] === 'Seq Scan' ? [node['Relation Name'] ?? ''] : []),
  ...(node.Plans ?? []).flatMap(scannedIn),
];

/** Rows of the tables that count that were looked at, those that a filter took out included. */
export const rowsIn = (node: PlanNode, counts: (relation: string | undefined) => boolean): number =>
  (counts(node['Relation Name']) ? (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'] : 0) +
  (node.Plans ?? []).reduce((sum, plan) => sum + rowsIn(plan, counts), 0);

const ofAnyTable = (relation: string | undefined) => relation !== undefined;

/** Runs the statement, planned for its values as every statement without a name is, and says what it read. */
export async function pagesRead(client: Pick<ClientBase, 'query'>, { text, values = [] }: Statement): Promise<ReadingCost> {
  const { rows } = await client.query<{ 'QUERY PLAN': { Plan: PlanNode }[] }>(
    `EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) ${text}`,
    [...values],
  );
  const plan = rows[0]?.['QUERY PLAN'][0]?.Plan as PlanNode;
  return {
    pages: plan['Shared Hit Blocks'] + plan['Shared Read Blocks'],
    rows: Math.round(rowsIn(plan, ofAnyTable)),
    scanned: scannedIn(plan),
  };
}
