import type { QueryResultRow } from 'pg';
import { rowsIn, scannedIn, type PlanNode } from '../../../support/pages-read.ts';

const quoted = (value: unknown) => (typeof value === 'string' ? `'${value}'` : String(value));

export interface AskedStatement {
  readonly text: string;
  /** The types of its parameters, as PREPARE wants them. */
  readonly types: string;
  readonly values: readonly unknown[];
}

/** One connection: by whose rights and settings it is asked. */
export interface Asking {
  query<Row extends QueryResultRow>(text: string): Promise<Row[]>;
}

/** Rows of these tables that a statement reads, planned for its parameters (`force_custom_plan`) or without knowing them (`force_generic_plan`). */
export async function rowsRead(asking: Asking, mode: string, statement: AskedStatement, relations: readonly string[]): Promise<number> {
  return (await planned(asking, mode, statement, relations)).rows;
}

/** The same, and which of these tables it reads from end to end. */
export async function planned(
  asking: Asking,
  mode: string,
  { text, types, values }: AskedStatement,
  relations: readonly string[],
): Promise<{ rows: number; walkedThrough: string[] }> {
  await asking.query('DEALLOCATE ALL');
  await asking.query(`SET plan_cache_mode = ${mode}`);
  await asking.query(`PREPARE asked (${types}) AS ${text}`);
  const explain = `EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE asked (${values.map(quoted).join(', ')})`;
  const [found] = await asking.query<{ 'QUERY PLAN': { Plan: PlanNode }[] }>(explain);
  const plan = found?.['QUERY PLAN'][0]?.Plan as PlanNode;
  const counts = (relation = '') => relations.includes(relation);
  return { rows: Math.round(rowsIn(plan, counts)), walkedThrough: scannedIn(plan).filter(counts) };
}
