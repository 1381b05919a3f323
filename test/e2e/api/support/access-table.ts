import type { DeclaredRoute } from '#http';

/** Who can stand before a route. */
export const callers = ['nobody', 'outsider', 'member', 'operator', 'admin', 'platform admin'] as const;
export type CallerKind = (typeof callers)[number];

/** Let past the guards, or the status of the refusal. */
export type Verdict = 'yes' | 401 | 403 | 404;

type Verdicts = Readonly<Record<CallerKind, Verdict>>;

const row = (...verdicts: readonly [Verdict, Verdict, Verdict, Verdict, Verdict, Verdict]): Verdicts =>
  Object.fromEntries(callers.map((caller, at) => [caller, verdicts[at]])) as unknown as Verdicts;

/** What each permission lets, of people without a role in the workspace itself; a platform admin is in no tenant. */
const byPermission: Readonly<Record<string, Verdicts>> = {
  //                      nobody outsider member operator admin platform admin
  'tenant access': row(401, 404, 'yes', 'yes', 'yes', 403),
  'tenant view': row(401, 404, 'yes', 'yes', 'yes', 'yes'),
  'tenant operate': row(401, 404, 403, 'yes', 'yes', 403),
  'tenant administrate': row(401, 404, 403, 403, 'yes', 403),
  'tenant govern': row(401, 404, 403, 403, 403, 'yes'),
  'workspace view': row(401, 404, 404, 'yes', 'yes', 404),
};

const byKind: Readonly<Record<string, Verdicts>> = {
  public: row('yes', 'yes', 'yes', 'yes', 'yes', 'yes'),
  authenticated: row(401, 'yes', 'yes', 'yes', 'yes', 'yes'),
  platform: row(401, 403, 403, 403, 403, 'yes'),
};

export const neededFor = ({ access }: DeclaredRoute): string =>
  access.kind === 'permission' ? `${access.resource} ${access.permission}` : access.kind;

export function verdictsOf(route: DeclaredRoute): Verdicts {
  const found = route.access.kind === 'permission' ? byPermission[neededFor(route)] : byKind[route.access.kind];
  if (!found) throw new Error(`say in access-table.ts what ${neededFor(route)} lets whom do`);
  return found;
}

const shown = (verdict: Verdict) => String(verdict);

/** The page docs/permissions.md. */
export function permissionsPage(routes: readonly DeclaredRoute[]): string {
  const header = ['Route', 'Needs', ...callers];
  const rows = routes.map((route) => [
    `\`${route.method} ${route.url.replace(/:(\w+)/g, '{$1}')}\``,
    neededFor(route),
    ...callers.map((caller) => shown(verdictsOf(route)[caller])),
  ]);
  const widths = header.map((title, at) => Math.max(title.length, ...rows.map((cells) => (cells[at] ?? '').length)));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`;
  return `<!-- Made from the routes by \`UPDATE_DOCS=1 vitest run --project e2e test/e2e/api/permissions.spec.ts\`. -->

# Who may call what

Made from the declarations of the routes and tried against the running server. \`yes\`: let past the guards; a number: the status of the
refusal. _Member_, _operator_ and _admin_ are roles in the tenant that the path names, without a role in the workspace itself; a _platform
admin_ is in no tenant. In a suspended tenant members get 403 \`tenant_suspended\` everywhere; a suspended user gets 403 \`user_suspended\`.

${[line(header), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n')}
`;
}
