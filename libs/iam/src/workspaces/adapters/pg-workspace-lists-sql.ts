import { iso8601 } from '#database';

/**
 * Parameters of all of them: $1 tenant, $2 user, $3 after which id, $4 how many, $5 also archived ones, $6 how many rows may be looked at;
 * of those that collect: $7 how many ids may be collected, $8 the workspace above them.
 */

const columns = `w.id, w.tenant_id, w.parent_id, w.name, w.slug, w.inherits, w.state, w.version,
  ${iso8601('w.created_at', 'created_at')}, ${iso8601('w.updated_at', 'updated_at')}`;

const slim = 'w.id, w.parent_id, w.inherits, w.state';

const lasting = '(m.expires_at IS NULL OR m.expires_at > now())';

/** Whether the caller's tenant role sees every workspace, and in whose names they hold roles. */
const caller = `me AS MATERIALIZED (
    SELECT EXISTS (SELECT FROM tenant_members m
      WHERE m.tenant_id = $1 AND m.user_id = $2 AND m.role IN ('operator', 'admin') AND ${lasting}) AS sees_all
  ), subjects AS MATERIALIZED (SELECT s.subject_type, s.subject_id FROM workspace_subjects($1, $2) s)`;

/** A role of the caller on the workspace \`of\` or above it, as far up as inheritance is on. */
const isReached = (of: string) => `EXISTS (
    WITH RECURSIVE line AS (
      SELECT ${of}.id, ${of}.parent_id, ${of}.inherits
      UNION
      SELECT p.id, p.parent_id, p.inherits FROM line l JOIN workspaces p ON p.tenant_id = $1 AND p.id = l.parent_id WHERE l.inherits
    )
    SELECT FROM line l CROSS JOIN subjects s JOIN workspace_members m ON m.tenant_id = $1 AND m.workspace_id = l.id
      AND m.subject_type = s.subject_type AND m.subject_id = s.subject_id AND ${lasting}
  )`;

const isBelow = (top: string) => `EXISTS (
    WITH RECURSIVE line AS (
      SELECT w.parent_id AS id
      UNION
      SELECT p.parent_id FROM line l JOIN workspaces p ON p.tenant_id = $1 AND p.id = l.id
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
    SELECT c.id FROM reached r JOIN workspaces c ON c.tenant_id = $1 AND c.parent_id = r.id AND c.inherits
  ), few AS MATERIALIZED (SELECT r.id FROM reached r LIMIT $7 + 1)`;

const below = `below (id) AS (
    SELECT c.id FROM workspaces c WHERE c.tenant_id = $1 AND c.parent_id = $8
    UNION
    SELECT c.id FROM below b JOIN workspaces c ON c.tenant_id = $1 AND c.parent_id = b.id
  ), near AS MATERIALIZED (SELECT b.id FROM below b LIMIT $7 + 1)`;

/** The rows that a page is chosen from, cheapest first: collected ids, or else a stretch of the tenant in order of the ids. */
const stretch = (condition: string) => `SELECT ${slim} FROM workspaces w WHERE w.tenant_id = $1 AND ${condition} AND w.id > $3
    ORDER BY w.id LIMIT $6`;

const collected = (ids: string, mode: string) => `SELECT ${slim} FROM ${ids} i JOIN workspaces w ON w.tenant_id = $1 AND w.id = i.id
    WHERE w.id > $3 AND (SELECT way FROM plan) = '${mode}'`;

/**
 * \`ended_at\`: set when the page is short although the walk was stopped before the end; the list goes on behind this id. One row more
 * than the page, without a workspace, when there is none.
 */
const pageOf = (rows: string, visible: string, walked: string) => `page AS MATERIALIZED (
    SELECT w.id FROM (SELECT ${slim} FROM (${rows}) w ORDER BY w.id OFFSET 0) w WHERE ($5 OR w.state = 'active') AND (${visible}) LIMIT $4
  ), short AS MATERIALIZED (
    SELECT CASE WHEN (SELECT count(*) FROM page) < $4 THEN (
      SELECT max(s.id) FROM (${walked}) s HAVING count(*) = $6
    ) END AS ended_at
  )
  SELECT short.ended_at, ${columns}
  FROM short LEFT JOIN page ON true LEFT JOIN workspaces w ON w.tenant_id = $1 AND w.id = page.id ORDER BY page.id`;

const whole = `(SELECT way FROM plan) = 'walk'`;

export const all = {
  name: 'workspace_list_all',
  text: `WITH RECURSIVE ${caller}, ${reached}, plan AS MATERIALIZED (
    SELECT CASE WHEN (SELECT sees_all FROM me) OR (SELECT count(*) FROM few) > $7 THEN 'walk' ELSE 'few' END AS way
  ), ${pageOf(
    `${collected('few', 'few')} UNION ALL (${stretch(whole)})`,
    `(SELECT sees_all OR way = 'few' FROM me, plan) OR ${isReached('w')}`,
    stretch(whole),
  )}`,
};

export const subtree = {
  name: 'workspace_list_subtree',
  text: `WITH RECURSIVE ${caller}, ${reached}, ${below}, plan AS MATERIALIZED (
    SELECT CASE
      WHEN (SELECT count(*) FROM near) <= $7 THEN 'near'
      WHEN (SELECT sees_all FROM me) OR (SELECT count(*) FROM few) > $7 THEN 'walk'
      ELSE 'few' END AS way
  ), ${pageOf(
    `${collected('near', 'near')} UNION ALL ${collected('few', 'few')} UNION ALL (${stretch(whole)})`,
    `((SELECT sees_all OR way = 'few' FROM me, plan) OR ${isReached('w')}) AND ((SELECT way = 'near' FROM plan) OR ${isBelow('$8')})`,
    stretch(whole),
  )}`,
};

/** Roles come down from the parent to those that inherit; on the others they must be held. */
const siblings = stretch('w.parent_id = $7');

export const children = {
  name: 'workspace_list_children',
  text: `WITH RECURSIVE ${caller}, parent AS MATERIALIZED (
    SELECT ${isReached('p')} AS reached FROM workspaces p WHERE p.tenant_id = $1 AND p.id = $7
  ), ${pageOf(
    siblings,
    `(SELECT sees_all FROM me) OR w.inherits AND (SELECT reached FROM parent) OR EXISTS (
      SELECT FROM subjects s JOIN workspace_members m ON m.tenant_id = $1 AND m.workspace_id = w.id
        AND m.subject_type = s.subject_type AND m.subject_id = s.subject_id AND ${lasting})`,
    siblings,
  )}`,
};

/** $3 is a level here, and the root's is 1; $6 is the workspace. There are never more of them than the tree is deep. */
export const ancestors = {
  name: 'workspace_list_ancestors',
  text: `WITH RECURSIVE ${caller}, chain AS (
    SELECT a.id, a.parent_id, 0 AS steps FROM workspaces a WHERE a.tenant_id = $1 AND a.id = $6
    UNION
    SELECT p.id, p.parent_id, c.steps + 1 FROM chain c JOIN workspaces p ON p.tenant_id = $1 AND p.id = c.parent_id WHERE c.steps < 100
  ), levels AS (SELECT c.id, c.steps, max(c.steps) OVER () - c.steps + 1 AS level FROM chain c)
  SELECT l.level, ${columns} FROM levels l JOIN workspaces w ON w.tenant_id = $1 AND w.id = l.id
  WHERE l.steps > 0 AND l.level > $3 AND ($5 OR w.state = 'active') AND ((SELECT sees_all FROM me) OR ${isReached('w')})
  ORDER BY l.level LIMIT $4`,
};
