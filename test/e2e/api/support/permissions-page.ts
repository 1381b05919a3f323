import type { DeclaredRoute } from '#http';
import { neededFor, verdictOn } from './access-rules.ts';
import { callers } from './matrix-callers.ts';

/** The callers with a column of their own. The others stand where one of these does. */
const columns: Readonly<Record<string, string>> = {
  nobody: 'nobody',
  outsider: 'outsider',
  'suspended user': 'suspended',
  'platform admin': 'platform admin',
  'tenant member': 'tenant member',
  'tenant operator': 'tenant operator',
  'tenant admin': 'tenant admin',
  'workspace viewer': 'viewer',
  'workspace member': 'member',
  'workspace admin': 'admin',
  'workspace owner': 'owner',
  'group member': 'group member',
  'group admin': 'group admin',
};

const shown = Object.entries(columns).map(([name, title]) => {
  const found = callers.find((caller) => caller.name === name);
  if (!found) throw new Error(`no caller is called ${name}`);
  return { title, standing: found.standing };
});

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((title, at) => Math.max(title.length, ...rows.map((cells) => (cells[at] ?? '').length)));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`;
  return [line(header), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

const verdictsOf = (route: DeclaredRoute) => shown.map(({ standing }) => String(verdictOn(route, standing)));

/** The page docs/permissions.md. */
export function permissionsPage(routes: readonly DeclaredRoute[]): string {
  const titles = shown.map(({ title }) => title);
  const byRoute = routes.map((route) => [
    `\`${route.method} ${route.url.replace(/:(\w+)/g, '{$1}')}\``,
    neededFor(route),
    ...verdictsOf(route),
  ]);
  const permissions = [...new Map(routes.map((route) => [neededFor(route), route])).entries()].sort(([a], [b]) => a.localeCompare(b));
  const byPermission = permissions.map(([needed, route]) => [needed, ...verdictsOf(route)]);
  return `<!-- Made from the routes by \`UPDATE_DOCS=1 vitest run --project e2e test/e2e/api/permissions.spec.ts\`. -->

# Who may call what

Made from the declarations of the routes and tried against the running server. \`yes\`: let past the guards; a number: the status of the
refusal, and nothing has changed.

_Tenant member_, _operator_ and _admin_ hold that role in the tenant that the path names and no other role. _Viewer_, _member_, _admin_ and
_owner_ are plain members of the tenant who hold that role in the workspace that the path names: directly, through a group, or on an
ancestor whose roles it inherits. _Group member_ and _group admin_ are plain members of the tenant in the group that the path names. Roles
elsewhere, above a workspace that does not inherit, or past their end count for nothing. A _platform admin_ is in no tenant.

In a suspended tenant its members get 403 \`tenant_suspended\` everywhere. On an archived workspace those who may see it get 410
\`workspace_archived\`, but for owners and tenant admins who may unarchive or delete it.

## By permission

${table(['Needs', ...titles], byPermission)}

## By route

${table(['Route', 'Needs', ...titles], byRoute)}
`;
}
