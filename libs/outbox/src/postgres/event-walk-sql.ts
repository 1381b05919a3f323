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

const named = (columns: string) => (of: string) => columns.replace(/\w+/g, (column) => `${of}.${column}`);
const columns = {
  log: named('position, committed_at, tenant_id, type, aggregate_type, aggregate_id, revoking, metadata'),
  list: named('position, committed_at, tenant_id, revoking, state, attempts, last_error, replayed_by'),
};
const [inLog, onList] = [columns.log('t'), columns.list('t')];

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

/**
 * Positions of the rows of `t`, which every path narrows first. Of times only as much as keeps other days out: exactly they are asked later, so
 * that the events just outside of them count among those that were looked at.
 */
function bounds(where: Conditions, { fromPosition, toPosition, since, until }: EventSelector, { from, order }: Walk): string[] {
  return where.of(
    [fromPosition, (value) => `t.position >= ${value}::bigint`],
    [toPosition, (value) => `t.position <= ${value}::bigint`],
    [from, (value) => `t.position ${order === 'newest' ? '<' : '>'} ${value}::bigint`],
    [since, (value) => `t.committed_at >= ${value}::timestamptz - interval '1 hour'`],
    [until, (value) => `t.committed_at < ${value}::timestamptz + interval '1 hour'`],
  );
}

/**
 * The rows that one step looks at, in order. `BETWEEN` one value and itself, in the order of both columns, is what holds the planner to the
 * index of the tenant: told `tenant_id = x`, it may walk the primary key past everybody else's events. The events of an aggregate are all
 * read, having no index by position; the work list is walked as it lies, but for dead events, which have an index.
 */
const walkedBy: Readonly<Record<AccessPath, (where: Conditions, selector: EventSelector, walk: Walk) => string>> = {
  range: (where, selector, walk) =>
    `SELECT ${inLog} FROM outbox_events t WHERE ${Conditions.all(bounds(where, selector, walk))} ORDER BY t.position ${directionOf(walk)}`,
  tenant: (where, selector, walk) => {
    const tenant = where.add(selector.tenant);
    const conditions = [`t.tenant_id BETWEEN ${tenant} AND ${tenant}`, ...bounds(where, selector, walk)];
    const direction = directionOf(walk);
    return `SELECT ${inLog} FROM outbox_events t WHERE ${Conditions.all(conditions)} ORDER BY t.tenant_id ${direction}, t.position ${direction}`;
  },
  aggregate: (where, selector, walk) => {
    const { aggregateType, aggregateId } = selector;
    const conditions = [
      ...where.of(
        [aggregateType, (value) => `t.aggregate_type BETWEEN ${value} AND ${value}`],
        [aggregateId, (value) => `t.aggregate_id BETWEEN ${value} AND ${value}`],
      ),
      ...bounds(where, selector, walk),
    ];
    return `SELECT ${inLog} FROM (SELECT ${inLog} FROM outbox_events t WHERE ${Conditions.all(conditions)} OFFSET 0) t ORDER BY t.position ${directionOf(walk)}`;
  },
  work_list: (where, selector, walk) => {
    const conditions = [...(selector.state === 'dead' ? ["t.state = 'dead'"] : []), ...bounds(where, selector, walk)];
    return `SELECT ${onList} FROM outbox_pending t WHERE ${Conditions.all(conditions)} ORDER BY t.position ${directionOf(walk)}`;
  },
};

const directionOf = ({ order }: Walk) => (order === 'newest' ? 'DESC' : 'ASC');

/** What was looked at, held against the rest of the selector: what is in the row itself, and what the other table says of it. */
function answeringTo(where: Conditions, path: AccessPath, selector: EventSelector): { readonly own: string[]; readonly other: string[] } {
  const { tenant, aggregateType, aggregateId, type, state, error, since, until } = selector;
  const times = where.of(
    [since, (value) => `w.committed_at >= ${value}::timestamptz`],
    [until, (value) => `w.committed_at < ${value}::timestamptz`],
  );
  const ofTenant = path === 'tenant' ? [] : where.of([tenant, (value) => `w.tenant_id = ${value}`]);
  const inEvent = where.of(
    [path === 'aggregate' ? undefined : aggregateType, (value) => `e.aggregate_type = ${value}`],
    [path === 'aggregate' ? undefined : aggregateId, (value) => `e.aggregate_id = ${value}`],
    [type, (value) => `e.type = ${value}`],
  );
  const inList = where.of(
    [path === 'work_list' && state === 'dead' ? undefined : state, (value) => `coalesce(p.state, 'applied') = ${value}`],
    [error, (value) => `strpos(p.last_error, ${value}) > 0`],
  );
  const isWorkList = path === 'work_list';
  return { own: [...times, ...ofTenant, ...(isWorkList ? inList : inEvent)], other: isWorkList ? inEvent : inList };
}

/** How many were looked at, the last of them, and those that answer. */
export interface WalkedRows {
  readonly walked: number;
  readonly reached: string | null;
  readonly rows: readonly EventSummary[];
}

const other: Readonly<Record<'list' | 'log', { readonly as: string; readonly join: string }>> = {
  log: {
    as: 'p',
    join: `LEFT JOIN LATERAL (SELECT ${inLog} FROM outbox_events t WHERE t.position = p.position AND t.committed_at = p.committed_at LIMIT 1) e ON true`,
  },
  list: { as: 'e', join: `LEFT JOIN LATERAL (SELECT ${onList} FROM outbox_pending t WHERE t.position = e.position LIMIT 1) p ON true` },
};

/**
 * Answers with one row, `WalkedRows`: of `rows`, one more than the limit when there are more. It looks at no more than it needs when all that
 * it looks at answers, and asks the other table, row by row, only about what it will show, unless that decides.
 */
export function walkStatement(selector: EventSelector, walk: Walk): Statement {
  const where = new Conditions();
  const path = accessPathOf(selector) ?? 'range';
  const walked = walkedBy[path](where, selector, walk);
  const { as, join } = other[path === 'work_list' ? 'log' : 'list'];
  const answering = answeringTo(where, path, selector);
  const own = answering.own.map((condition) => condition.replace(/\bw\./, `${as}.`));
  const page = where.add(walk.limit + 1);
  const most = own.length + answering.other.length === 0 ? page : String(mostWalked);
  const order = (of: string) => `ORDER BY ${of} ${directionOf(walk)} LIMIT ${page}`;
  const answered = `SELECT ${columns[path === 'work_list' ? 'list' : 'log'](as)} FROM walked ${as} WHERE ${Conditions.all(own)}`;
  const decided = answering.other.length === 0 ? `(${answered} ${order(`${as}.position`)})` : `(${answered})`;
  const text = `WITH walked AS MATERIALIZED (${walked} LIMIT ${most}),
      found AS (SELECT ${summary} FROM ${decided} ${as} ${join} WHERE ${Conditions.all(answering.other)} ${order('coalesce(e.position, p.position)')})
    SELECT (SELECT count(*)::integer FROM walked) AS walked, (SELECT ${walk.order === 'newest' ? 'min' : 'max'}(position)::text FROM walked) AS reached,
      (SELECT coalesce(json_agg(found), '[]') FROM found) AS rows`;
  return { text, values: where.values };
}
