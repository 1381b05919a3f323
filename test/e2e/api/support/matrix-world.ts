import { createHash } from 'node:crypto';
import type { FakeIssuer } from '../../../../apps/api/src/authentication/testing/fake-issuer.ts';
import { callers, roleWorkspaces, type Seat } from './matrix-callers.ts';
import { onDatabase } from './tables.ts';

type Row = Readonly<Record<string, unknown>>;

/** People of a world who do not call, but are named. */
const bystanders = ['lead', 'pat', 'bystander', 'newcomer', 'second platform admin'] as const;

const extraSeats: Readonly<Record<string, readonly Seat[]>> = {
  // Holds everything, so that nobody else is the last one anywhere.
  lead: [
    { on: 'tenant', of: 'acme', role: 'admin' },
    ...['root', 'top', 'parent', 'other', ...roleWorkspaces].map((of) => ({ on: 'workspace', of, role: 'owner' }) as const),
    ...['crew', 'strangers', 'owners', 'admins', 'members', 'viewers', 'elders'].map((of) => ({ on: 'group', of, role: 'admin' }) as const),
  ],
  // Somebody to be changed or removed, in every place.
  pat: [
    { on: 'tenant', of: 'acme', role: 'member' },
    { on: 'workspace', of: 'target', role: 'member' },
    { on: 'group', of: 'crew', role: 'member' },
  ],
  // Somebody to be added anywhere below the tenant.
  bystander: [{ on: 'tenant', of: 'acme', role: 'member' }],
};

/** All with the same members, but that the orphan has no admin. */
const tenants = { acme: 'active', shut: 'suspended', orphan: 'active' } as const;
/** Name, parent, whether it inherits, state. */
const tree = [
  ['root', null, true, 'active'],
  ['top', 'root', true, 'active'],
  ['parent', 'top', false, 'active'],
  ['target', 'parent', true, 'active'],
  ['elsewhere', 'parent', true, 'active'],
  ['attic', 'parent', true, 'archived'],
  ['other', 'root', true, 'active'],
] as const;

/** Groups and what they hold. */
const groups: Readonly<Record<string, readonly Seat[]>> = {
  crew: [],
  strangers: [],
  elders: [{ on: 'workspace', of: 'parent', role: 'owner' }],
  ...Object.fromEntries(
    ['owner', 'admin', 'member', 'viewer'].map((role) => [
      `${role}s`,
      roleWorkspaces.map((of) => ({ on: 'workspace', of, role }) as const),
    ]),
  ),
};

const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const long_ago = '2026-01-01T00:00:00Z';
const stamps = { version: 1, created_at: long_ago, updated_at: long_ago };
const joined = { version: 1, joined_at: long_ago, updated_at: long_ago };

/** One tenant with everything in it, beside a suspended one and one without an admin. Equal worlds differ in their ids only. */
export class MatrixWorld {
  constructor(private readonly nth: number) {}

  /** The id of something by its kind and name; of the form of any other id. */
  id(kind: string, name: string): string {
    const bytes = createHash('sha256').update(`${this.nth}/${kind}/${name}`).digest();
    return `01${[...bytes.subarray(0, 24)].map((byte) => letters[byte % 32]).join('')}`;
  }

  subject(name: string): string {
    return `${name} ${this.nth}`;
  }

  /** What stands for each parameter of a path and each member of a body. */
  get samples(): Readonly<Record<string, string>> {
    return {
      tenant: this.id('tenant', 'acme'),
      workspace: this.id('workspace', 'target'),
      group: this.id('group', 'crew'),
      operation: this.id('operation', 'pending'),
      user: this.id('user', 'pat'),
      subject_type: 'users',
      subject: this.id('user', 'pat'),
      user_id: this.id('user', 'bystander'),
      parent_id: this.id('workspace', 'elsewhere'),
      // Of the platform, not of this world: the first event there is.
      position: '1',
    };
  }

  /** The same in other circumstances: some routes do something only there. */
  get otherSamples(): readonly Readonly<Record<string, string>>[] {
    const others: readonly Readonly<Record<string, string>>[] = [
      { user_id: this.id('user', 'newcomer') },
      { user_id: this.id('user', 'pat') },
      { workspace: this.id('workspace', 'attic') },
      { tenant: this.id('tenant', 'shut') },
      { tenant: this.id('tenant', 'orphan') },
      { user: this.id('user', 'suspended user') },
      { user: this.id('user', 'second platform admin') },
      { user: this.id('user', 'bystander') },
      { operation: this.id('operation', 'failed') },
    ];
    return others.map((other) => ({ ...this.samples, ...other }));
  }

  rows(issuer: string): Readonly<Record<string, readonly Row[]>> {
    const people = [...callers.map(({ name }) => name).filter((name) => name !== 'nobody'), ...bystanders];
    const seats = Object.fromEntries([...callers.map((caller) => [caller.name, caller.seats] as const), ...Object.entries(extraSeats)]);
    const held = people.flatMap((name) => (seats[name] ?? []).map((seat) => ({ ...seat, user_id: this.id('user', name) })));
    const below = { tenant_id: this.id('tenant', 'acme') };
    const end = ({ expired }: Seat) => ({ expires_at: expired ? '2026-02-01T00:00:00Z' : null });
    const on = (kind: Seat['on']) => held.filter((seat) => seat.on === kind);
    return {
      users: people.map((name) => this.user(name)),
      identities: people.map((name) => ({ issuer, subject: this.subject(name), user_id: this.id('user', name), created_at: long_ago })),
      platform_admins: ['platform admin', 'second platform admin'].map((name) => ({
        user_id: this.id('user', name),
        version: 1,
        granted_at: long_ago,
      })),
      tenants: Object.entries(tenants).map(([name, state]) => this.tenant(name, state)),
      tenant_members: Object.keys(tenants).flatMap((name) =>
        on('tenant').map((seat) => ({
          tenant_id: this.id('tenant', name),
          user_id: seat.user_id,
          role: name === 'orphan' && seat.role === 'admin' ? 'operator' : seat.role,
          ...end(seat),
          ...joined,
        })),
      ),
      workspaces: this.workspaces(),
      operations: ['pending', 'failed'].map((state) => this.operation(state)),
      groups: Object.keys(groups).map((name) => ({ ...below, id: this.id('group', name), name, ...stamps })),
      group_members: on('group').map((seat) => ({
        ...below,
        group_id: this.id('group', seat.of),
        user_id: seat.user_id,
        role: seat.role,
        ...end(seat),
        ...joined,
      })),
      workspace_members: [
        ...on('workspace').map((seat) => ({ ...this.grant(seat), subject_type: 'user', subject_id: seat.user_id, ...end(seat) })),
        ...Object.entries(groups).flatMap(([name, granted]) =>
          granted.map((seat) => ({
            ...this.grant(seat),
            subject_type: 'group',
            subject_id: this.id('group', name),
            group_id: this.id('group', name),
          })),
        ),
      ],
    };
  }

  private user(name: string): Row {
    const status = name === 'suspended user' ? 'suspended' : 'active';
    return { id: this.id('user', name), email_verified: false, status, ...stamps };
  }

  /** Of a kind that no worker does. */
  private operation(state: string): Row {
    const ended = state === 'failed' ? { finished_at: long_ago, failure: { code: 'internal', message: 'No.' } } : {};
    const asked = { requested_by: { kind: 'system', id: 'matrix' }, request_id: 'matrix', request: {}, progress: { done: 0, total: null } };
    return { id: this.id('operation', state), kind: 'matrix', state, ...asked, cancel_requested: false, attempts: 0, ...ended, ...stamps };
  }

  private tenant(name: string, state: string): Row {
    return { id: this.id('tenant', name), name, slug: `${name}-${this.nth}`, metadata: {}, state, is_default: false, ...stamps };
  }

  private workspaces(): Row[] {
    const of = (tenant: string, name: string, parent: string | null, rest: Row): Row => ({
      id: this.id('workspace', name),
      tenant_id: this.id('tenant', tenant),
      parent_id: parent === null ? null : this.id('workspace', parent),
      name,
      slug: name.replaceAll(' ', '-'),
      ...rest,
      ...stamps,
    });
    const roots = ['shut', 'orphan'].map((name) => of(name, `root of ${name}`, null, { inherits: true, state: 'active' }));
    return [...tree.map(([name, parent, inherits, state]) => of('acme', name, parent, { inherits, state })), ...roots];
  }

  private grant(seat: Seat): Row {
    return { tenant_id: this.id('tenant', 'acme'), workspace_id: this.id('workspace', seat.of), role: seat.role, ...joined };
  }
}

/** Rows of many worlds in one statement a table; the projection, started afterwards, finds them as after any loss of its graph. */
export async function seedWorlds(databaseUrl: string, issuer: FakeIssuer, worlds: readonly MatrixWorld[]): Promise<void> {
  const all = worlds.map((world) => world.rows(issuer.url));
  for (const table of Object.keys(all[0] ?? {})) {
    const rows = all.flatMap((world) => world[table] ?? []);
    const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))].join(', ');
    const insert = `INSERT INTO ${table} (${columns}) SELECT ${columns} FROM json_populate_recordset(NULL::${table}, $1::json)`;
    await onDatabase(databaseUrl, insert, [JSON.stringify(rows)]);
  }
}
