import type { Statement } from '#database';
import { accessPathOf, type AccessPath, type EventSelector } from '../desk/event-selector.ts';
import type { EventSummary, Walk } from '../desk/event-records.ts';

/** Events that one statement looks at, whatever it finds among them. */
export const mostWalked = 5_000;

const moment = (column: string) => `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

/** An event as operators see it; `e` is its row in the log, `p` that of the work list. */
export const summary = `coalesce(e.position, p.position)::text AS position, ${moment('coalesce(e.committed_at, p.committed_at)')} AS committed_at,
  coalesce(e.tenant_id, p.tenant_id) AS tenant_id, e.type, e.aggregate_type, e.aggregate_id, coalesce(e.revoking, p.revoking) AS revoking,
  coalesce(p.state, 'applied') AS state, coalesce(p.attempts, 0) AS attempts, p.last_error, p.replayed_by,
  e.metadata->'actor' AS actor, e.metadata->>'request_id' AS request_id`;

const inLog = 't.position, t.committed_at, t.tenant_id, t.type, t.aggregate_type, t.aggregate_id, t.revoking, t.metadata';
const onList = 't.position, t.committed_at, t.tenant_id, t.revoking, t.state, t.attempts, t.last_error, t.replayed_by';

/** Collects conditions and their values. */
class Conditions {
  readonly values: unknown[] = [];

  add(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }

  /** One condition for each value that is there. */
  of(...pairs: readonly (readonly [value: unknown, condition: (placeholder: string) => string])[]): string[] {
    return pairs.flatMap(([value, condition]) => (value === undefined ? [] : [condition(this.add(value))]));
  }

  static all(conditions: readonly string[]): string {
    return conditions.length === 0 ? 'true' : conditions.join(' AND ');
  }
}

/** Positions and times of the rows of `t`: what every path narrows first. */
function bounds(where: Conditions, t: string, { fromPosition, toPosition, since, until }: EventSelector, { from, order }: Walk): string[] {
  return where.of(
    [fromPosition, (value) => `${t}.position >= ${value}::bigint`],
    [toPosition, (value) => `${t}.position <= ${value}::bigint`],
    [from, (value) => `${t}.position ${order === 'newest' ? '<' : '>'} ${value}::bigint`],
    [since, (value) => `${t}.committed_at >= ${value}::timestamptz`],
    [until, (value) => `${t}.committed_at < ${value}::timestamptz`],
  );
}

/**
 * The rows that one step looks at, in order. `BETWEEN` one value and itself, in the order of both columns, is what holds the planner to the
 * index of the tenant: told `tenant_id = x`, it may walk the primary key past everybody else's events.
 */
const walkedBy: Readonly<Record<AccessPath, (where: Conditions, selector: EventSelector, walk: Walk) => string>> = {
  range: (where, selector, walk) =>
    `SELECT ${inLog} FROM outbox_events t WHERE ${Conditions.all(bounds(where, 't', selector, walk))} ORDER BY t.position ${directionOf(walk)} LIMIT ${mostWalked}`,
  tenant: (where, selector, walk) => {
    const tenant = where.add(selector.tenant);
    const conditions = [`t.tenant_id BETWEEN ${tenant} AND ${tenant}`, ...bounds(where, 't', selector, walk)];
    const direction = directionOf(walk);
    return `SELECT ${inLog} FROM outbox_events t WHERE ${Conditions.all(conditions)} ORDER BY t.tenant_id ${direction}, t.position ${direction} LIMIT ${mostWalked}`;
  },
  aggregate: (where, selector, walk) => {
    const { aggregateType, aggregateId } = selector;
    const conditions = [
      ...where.of(
        [aggregateType, (value) => `t.aggregate_type BETWEEN ${value} AND ${value}`],
        [aggregateId, (value) => `t.aggregate_id BETWEEN ${value} AND ${value}`],
      ),
      ...bounds(where, 't', selector, walk),
    ];
    return `SELECT ${inLog} FROM (SELECT ${inLog} FROM outbox_events t WHERE ${Conditions.all(conditions)} OFFSET 0) t ORDER BY t.position ${directionOf(walk)} LIMIT ${mostWalked}`;
  },
  work_list: (where, selector, walk) => {
    const { state, error, tenant } = selector;
    const conditions = [
      ...where.of(
        [state, (value) => `t.state = ${value}`],
        [error, (value) => `strpos(t.last_error, ${value}) > 0`],
        [tenant, (value) => `t.tenant_id = ${value}`],
      ),
      ...bounds(where, 't', selector, walk),
    ];
    return `SELECT ${onList} FROM outbox_pending t WHERE ${Conditions.all(conditions)} ORDER BY t.position ${directionOf(walk)} LIMIT ${mostWalked}`;
  },
};

const directionOf = ({ order }: Walk) => (order === 'newest' ? 'DESC' : 'ASC');

/** What was looked at, held against the rest of the selector. */
function answeringTo(where: Conditions, selector: EventSelector): string {
  const conditions = where.of(
    [selector.tenant, (value) => `coalesce(e.tenant_id, p.tenant_id) = ${value}`],
    [selector.aggregateType, (value) => `e.aggregate_type = ${value}`],
    [selector.aggregateId, (value) => `e.aggregate_id = ${value}`],
    [selector.type, (value) => `e.type = ${value}`],
    [selector.state, (value) => `coalesce(p.state, 'applied') = ${value}`],
  );
  return Conditions.all(conditions);
}

/** How many were looked at, the last of them, and those that answer. */
export interface WalkedRows {
  readonly walked: number;
  readonly reached: string | null;
  readonly rows: readonly EventSummary[];
}

/** Answers with one row, `WalkedRows`: of `rows`, one more than the limit when there are more. */
export function walkStatement(selector: EventSelector, walk: Walk): Statement {
  const where = new Conditions();
  const path = accessPathOf(selector) ?? 'range';
  const walked = walkedBy[path](where, selector, walk);
  const joined =
    path === 'work_list'
      ? 'walked p LEFT JOIN outbox_events e ON e.position = p.position AND e.committed_at = p.committed_at'
      : 'walked e LEFT JOIN outbox_pending p ON p.position = e.position';
  const order = `ORDER BY coalesce(e.position, p.position) ${directionOf(walk)}`;
  const text = `WITH walked AS MATERIALIZED (${walked}),
      found AS (SELECT ${summary} FROM ${joined} WHERE ${answeringTo(where, selector)} ${order} LIMIT ${where.add(walk.limit + 1)})
    SELECT (SELECT count(*)::integer FROM walked) AS walked, (SELECT ${walk.order === 'newest' ? 'min' : 'max'}(position)::text FROM walked) AS reached,
      (SELECT coalesce(json_agg(found), '[]') FROM found) AS rows`;
  return { text, values: where.values };
}
