import type { DeclaredRoute } from '#http';

/** Where somebody stands: what their rows say, with nothing that has ended. */
export interface Standing {
  readonly signedIn: boolean;
  readonly suspended: boolean;
  readonly platformAdmin: boolean;
  readonly tenant: 'admin' | 'operator' | 'member' | null;
  readonly workspace: 'owner' | 'admin' | 'member' | 'viewer' | null;
  readonly group: 'admin' | 'member' | null;
}

/** Let past the guards, or the status of the refusal. */
export type Verdict = 'yes' | 401 | 403 | 404 | 410;

/** The lowest role of each kind that has the permission; a role that is not named has it in no rank. */
interface Rule {
  readonly tenant?: NonNullable<Standing['tenant']>;
  readonly workspace?: NonNullable<Standing['workspace']>;
  readonly group?: NonNullable<Standing['group']>;
  readonly platform?: true;
}

const ranks = {
  tenant: ['member', 'operator', 'admin'],
  workspace: ['viewer', 'member', 'admin', 'owner'],
  group: ['member', 'admin'],
} as const;

/**
 * The table of the design, by hand: what the server says is held against it, so nothing here may come from the server, its
 * schema or its rules. Everything below a tenant needs membership in it besides.
 */
export const rules: Readonly<Record<string, Rule>> = {
  'tenant access': { tenant: 'member' },
  'tenant view': { tenant: 'member', platform: true },
  'tenant operate': { tenant: 'operator' },
  'tenant administrate': { tenant: 'admin' },
  'tenant govern': { platform: true },
  'workspace see': { workspace: 'viewer', tenant: 'operator' },
  'workspace view': { workspace: 'viewer', tenant: 'operator' },
  'workspace edit': { workspace: 'member' },
  'workspace manage': { workspace: 'admin', tenant: 'admin' },
  'workspace create_child': { workspace: 'admin', tenant: 'operator' },
  'workspace own': { workspace: 'owner', tenant: 'admin' },
  'group view': { group: 'member', tenant: 'operator' },
  'group manage': { group: 'admin', tenant: 'admin' },
};

const sight: Readonly<Record<string, Rule>> = { workspace: rules['workspace see'] as Rule, group: rules['group view'] as Rule };

function reaches(rule: Rule, standing: Standing): boolean {
  if (rule.platform && standing.platformAdmin) return true;
  if (standing.tenant === null) return false;
  return (['tenant', 'workspace', 'group'] as const).some((kind) => {
    const order: readonly string[] = ranks[kind];
    const [needed, held] = [rule[kind], standing[kind]];
    return needed !== undefined && held !== null && order.indexOf(held) >= order.indexOf(needed);
  });
}

export interface Circumstances {
  /** The tenant is suspended. */
  readonly suspendedTenant?: boolean;
  /** The workspace that the path names is archived. */
  readonly archived?: boolean;
}

export const neededFor = ({ access }: DeclaredRoute): string =>
  access.kind === 'permission' ? `${access.resource} ${access.permission}` : access.kind;

function ruleFor(needed: string): Rule {
  const rule = rules[needed];
  if (!rule) throw new Error(`say in access-rules.ts whom ${needed} is for`);
  return rule;
}

/** Insiders are told what is missing, outsiders nothing; a platform admin may know that a tenant exists, and nothing inside of it. */
function belowTenant(resource: string, needed: string, standing: Standing, { suspendedTenant, archived }: Circumstances): Verdict {
  const rule = ruleFor(needed);
  if (rule.platform && standing.platformAdmin) return 'yes';
  if (standing.tenant === null) return standing.platformAdmin && resource === 'tenant' ? 403 : 404;
  if (suspendedTenant) return 403;
  const shut = archived === true && resource === 'workspace' && !['workspace see', 'workspace own'].includes(needed);
  if (reaches(rule, standing) && !shut) return 'yes';
  const visible = sight[resource];
  if (visible && !reaches(visible, standing)) return 404;
  return archived && resource === 'workspace' ? 410 : 403;
}

/** What the design says about a call of this route by somebody who stands there. */
export function verdictOn(route: DeclaredRoute, standing: Standing, circumstances: Circumstances = {}): Verdict {
  const { access } = route;
  if (access.kind === 'public') return 'yes';
  if (!standing.signedIn) return 401;
  if (standing.suspended) return 403;
  if (access.kind === 'authenticated') return 'yes';
  if (access.kind === 'platform') return standing.platformAdmin ? 'yes' : 403;
  return belowTenant(access.resource, neededFor(route), standing, circumstances);
}
