import { iso8601 } from '#database';

/**
 * Parameters of all of them: $1 tenant, $2 user, $3 after which id, $4 how many, $5 also archived ones, $6 how many rows may be looked at;
 * of those that collect: $7 how many ids may be collected, $8 the workspace above them.
 */

const columns = `w.id, w.tenant_id, w.parent_id, w.name, w.slug, w.inherits, w.state, w.version,
  ${iso8601('w.created_at', 'created_at')}, ${iso8601('w.updated_at', 'updated_at')}`;

const slim = 'w.id, w.parent_id, w.inherits, w.state';

/**
 * Looked up one by one, and never as a join of whole tables: how few rows come is known here, and not to the planner, who once chose to
 * read all 10,000 workspaces of a tenant for a page of 50. Such a subquery cannot be turned into a join.
 */
const byId = (name: string, id: string) => `CROSS JOIN LATERAL (
      SELECT x.id, x.parent_id, x.inherits, x.state FROM workspaces x WHERE x.tenant_id = $1 AND x.id = ${id} LIMIT 1) ${name}`;

const childrenOf = (parent: string) => `CROSS JOIN LATERAL (
      SELECT x.id, x.inherits FROM workspaces x WHERE x.tenant_id = $1 AND x.parent_id = ${parent} OFFSET 0) c`;

const lasting = '(m.expires_at IS NULL OR m.expires_at > now())';

/** Whether the caller's tenant role sees every workspace, and in whose names they hold roles. */
const caller = `me AS MATERIALIZED (
    SELECT EXISTS (SELECT FROM tenant_members m
      WHERE m.tenant_id = $1 AND m.user_id = $2 AND m.role IN ('operator', 'admin') AND ${lasting}) AS sees_all
  ), subjects AS MATERIALIZED (SELECT s.subject_type, s.subject_id FROM workspace_subjects($1, $2) s)`;

/** A role of the caller on the workspace with this id. */
const isHeld = (id: string) => `EXISTS (
      SELECT FROM subjects s CROSS JOIN LATERAL (
        SELECT FROM workspace_members m WHERE m.tenant_id = $1 AND m.workspace_id = ${id}
          AND m.subject_type = s.subject_type AND m.subject_id = s.subject_id AND ${lasting} LIMIT 1) held
    )`;

/** A role of the caller on the workspace \`of\` or above it, as far up as inheritance is on. */
const isReached = (of: string) => `EXISTS (
    WITH RECURSIVE line AS (
      SELECT ${of}.id, ${of}.parent_id, ${of}.inherits
      UNION
      SELECT p.id, p.parent_id, p.inherits FROM line l ${byId('p', 'l.parent_id')} WHERE l.inherits
    )
    SELECT FROM line l WHERE ${isHeld('l.id')}
  )`;

const isBelow = (top: string) => `EXISTS (
    WITH RECURSIVE line AS (
      SELECT w.parent_id AS id
      UNION
      SELECT p.parent_id FROM line l ${byId('p', 'l.id')}
    )
    SELECT FROM line l WHERE l.id = ${top}
  )`;

/**
 * Everything the caller's roles reach, from the top down; the reader stops it when there are too many to collect. The more of them, the
 * sooner a walk in order of the ids meets them.
 */
const reached = `reached (id) AS (
    (
      SELECT m.workspace_id FROM workspace_members m WHERE m.tenant_id = $1 AND m.user_id = $2 AND ${lasting}
      UNION ALL
      SELECT m.workspace_id FROM subjects s JOIN workspace_members m ON m.tenant_id = $1 AND m.group_id = s.subject_id AND ${lasting}
      WHERE s.subject_type = 'group'
    )
    UNION
    SELECT c.id FROM reached r ${childrenOf('r.id')} WHERE c.inherits
  ), few AS MATERIALIZED (SELECT r.id FROM reached r LIMIT $7 + 1)`;

const below = `below (id) AS (
    SELECT c.id FROM workspaces c WHERE c.tenant_id = $1 AND c.parent_id = $8
    UNION
    SELECT c.id FROM below b ${childrenOf('b.id')}
  ), near AS MATERIALIZED (SELECT b.id FROM below b LIMIT $7 + 1)`;

/** A stretch of the tenant, in order of the ids. */
const stretch = (condition: string) => `SELECT ${slim} FROM workspaces w WHERE w.tenant_id = $1 AND ${condition} AND w.id > $3
    ORDER BY w.id LIMIT $6`;

/** Of collected ids those behind $3: sorted before they are judged, because judging costs more and the page needs only the first. */
const collected = (ids: string, way: string) => `SELECT ${slim} FROM ${ids} i ${byId('w', 'i.id')}
    WHERE w.id > $3 AND (SELECT way FROM plan) = '${way}' ORDER BY w.id OFFSET 0`;

interface Source {
  readonly rows: string;
  readonly visible: string;
}

const firstOf = ({ rows, visible }: Source) =>
  `(SELECT w.id FROM (${rows}) w WHERE ($5 OR w.state = 'active') AND (${visible}) ORDER BY w.id LIMIT $4)`;

/**
 * Of the sources one has rows. \`ended_at\`: set when the page is short although the walk was stopped before the end; the list goes on
 * behind this id. One row without a workspace when the page is empty.
 */
const pageOf = (walked: string, sources: readonly Source[]) => `page AS MATERIALIZED (${sources.map(firstOf).join(' UNION ALL ')}),
  short AS MATERIALIZED (
    SELECT CASE WHEN (SELECT count(*) FROM page) < $4 THEN (
      SELECT max(s.id) FROM (${walked}) s HAVING count(*) = $6
    ) END AS ended_at
  )
  SELECT short.ended_at, w.*
  FROM short LEFT JOIN page ON true LEFT JOIN LATERAL (
    SELECT ${columns} FROM workspaces w WHERE w.tenant_id = $1 AND w.id = page.id LIMIT 1
  ) w ON true ORDER BY page.id`;

const whole = stretch(`(SELECT way FROM plan) = 'walk'`);
const isSeen = `(SELECT sees_all FROM me) OR ${isReached('w')}`;

export const all = {
  name: 'workspace_list_all',
  text: `WITH RECURSIVE ${caller}, ${reached}, plan AS MATERIALIZED (
    SELECT CASE WHEN (SELECT sees_all FROM me) OR (SELECT count(*) FROM few) > $7 THEN 'walk' ELSE 'few' END AS way
  ), ${pageOf(whole, [
    { rows: collected('few', 'few'), visible: 'true' },
    { rows: whole, visible: isSeen },
  ])}`,
};

export const subtree = {
  name: 'workspace_list_subtree',
  text: `WITH RECURSIVE ${caller}, ${reached}, ${below}, plan AS MATERIALIZED (
    SELECT CASE
      WHEN NOT (SELECT sees_all FROM me) AND (SELECT count(*) FROM few) <= $7 THEN 'few'
      WHEN (SELECT count(*) FROM near) <= $7 THEN 'near'
      ELSE 'walk' END AS way
  ), ${pageOf(whole, [
    { rows: collected('few', 'few'), visible: isBelow('$8') },
    { rows: collected('near', 'near'), visible: isSeen },
    { rows: whole, visible: `(${isSeen}) AND ${isBelow('$8')}` },
  ])}`,
};

/** Roles come down from the parent to those that inherit; on the others they must be held. */
const siblings = stretch('w.parent_id = $7');

export const children = {
  name: 'workspace_list_children',
  text: `WITH RECURSIVE ${caller}, parent AS MATERIALIZED (
    SELECT ${isReached('p')} AS reached FROM workspaces p WHERE p.tenant_id = $1 AND p.id = $7
  ), ${pageOf(siblings, [
    { rows: siblings, visible: `(SELECT sees_all FROM me) OR w.inherits AND (SELECT reached FROM parent) OR ${isHeld('w.id')}` },
  ])}`,
};

/** $3 is a level here, and the root's is 1; $6 is the workspace. There are never more of them than the tree is deep. */
export const ancestors = {
  name: 'workspace_list_ancestors',
  text: `WITH RECURSIVE ${caller}, chain AS (
    SELECT a.id, a.parent_id, 0 AS steps FROM workspaces a WHERE a.tenant_id = $1 AND a.id = $6
    UNION
    SELECT p.id, p.parent_id, c.steps + 1 FROM chain c ${byId('p', 'c.parent_id')} WHERE c.steps < 100
  ), levels AS (SELECT c.id, c.steps, max(c.steps) OVER () - c.steps + 1 AS level FROM chain c)
  SELECT l.level, w.* FROM levels l CROSS JOIN LATERAL (
    SELECT ${columns} FROM workspaces w WHERE w.tenant_id = $1 AND w.id = l.id LIMIT 1
  ) w
  WHERE l.steps > 0 AND l.level > $3 AND ($5 OR w.state = 'active') AND ((SELECT sees_all FROM me) OR ${isReached('w')})
  ORDER BY l.level LIMIT $4`,
};
