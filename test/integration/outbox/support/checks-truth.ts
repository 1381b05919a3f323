import { question } from '#authorization/testing';
import type { ProjectionBench } from './projection-bench.ts';

/** Who may do what in the tenants, worked out from rows, without the mapping and without the engine. */
const inTenants = `
  SELECT format('tenant:%s#%s@user:%s', t.id, asked.permission, u.id) AS question,
    CASE asked.permission WHEN 'access' THEN inside WHEN 'view' THEN inside OR governs WHEN 'operate' THEN inside AND m.role <> 'member'
      WHEN 'administrate' THEN inside AND m.role = 'admin' ELSE governs END AS allowed
  FROM tenants t CROSS JOIN users u
  LEFT JOIN tenant_members m ON m.tenant_id = t.id AND m.user_id = u.id AND coalesce(m.expires_at > now(), true)
  CROSS JOIN LATERAL (SELECT u.status = 'active' AND t.state = 'active' AND m.role IS NOT NULL AS inside,
    u.status = 'active' AND EXISTS (SELECT FROM platform_admins a WHERE a.user_id = u.id) AS governs) AS standing
  CROSS JOIN unnest(ARRAY['access', 'view', 'operate', 'administrate', 'govern']) AS asked (permission)
  WHERE t.id = ANY ($1) AND u.id = ANY ($2)`;

const inGroups = `
  SELECT format('group:%s#%s@user:%s', g.id, asked.permission, u.id) AS question, t.state = 'active' AND u.status = 'active' AND m.role IS NOT NULL
    AND CASE asked.permission WHEN 'view' THEN gm.role IS NOT NULL OR m.role <> 'member' ELSE coalesce(gm.role = 'admin', false) OR m.role = 'admin' END
    AS allowed
  FROM groups g JOIN tenants t ON t.id = g.tenant_id CROSS JOIN users u
  LEFT JOIN tenant_members m ON m.tenant_id = t.id AND m.user_id = u.id AND coalesce(m.expires_at > now(), true)
  LEFT JOIN group_members gm ON gm.group_id = g.id AND gm.user_id = u.id AND coalesce(gm.expires_at > now(), true)
  CROSS JOIN unnest(ARRAY['view', 'manage']) AS asked (permission)
  WHERE t.id = ANY ($1) AND u.id = ANY ($2)`;

/** By the product's own statement of it in SQL, which a test of its own holds equal to the engine on laid-out rows. */
const inWorkspaces = `
  SELECT format('workspace:%s#%s@user:%s', w.id, asked.permission, u.id) AS question, asked.allowed
  FROM workspaces w CROSS JOIN users u CROSS JOIN effective_workspace_access(w.tenant_id, w.id, u.id) AS a
  CROSS JOIN LATERAL (VALUES ('see', a.see), ('view', a.view), ('edit', a.edit), ('manage', a.manage), ('create_child', a.create_child),
    ('own', a.own)) AS asked (permission, allowed)
  WHERE w.tenant_id = ANY ($1) AND u.id = ANY ($2)`;

export interface Answer {
  readonly question: string;
  readonly allowed: boolean;
}

/** Every permission of every user on every object of the tenants, as the rows say. */
export function answersOfRows(bench: ProjectionBench, tenants: readonly string[], users: readonly string[]): Promise<Answer[]> {
  const all = [inTenants, inGroups, inWorkspaces].join(' UNION ALL ');
  return bench.owner.query<Answer>(`SELECT question, coalesce(allowed, false) AS allowed FROM (${all}) AS answers ORDER BY question`, [
    tenants,
    users,
  ]);
}

/** The same questions, answered by the engine. */
export async function answersOfEngine(bench: ProjectionBench, asked: readonly Answer[]): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let from = 0; from < asked.length; from += 100) {
    const some = asked.slice(from, from + 100);
    const { allowed } = await bench.graph.checkBulk(
      some.map(({ question: text }) => question(text)),
      { kind: 'fully_consistent' },
    );
    answers.push(...some.map(({ question: text }, nth) => ({ question: text, allowed: allowed[nth] ?? false })));
  }
  return answers;
}
