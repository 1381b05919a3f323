/** A row as the database's own trigger kept it: of the columns that f reads, those that its table has. */
export interface Row {
  readonly id: string;
  readonly tenant_id: string;
  readonly workspace_id: string;
  readonly group_id: string;
  readonly user_id: string;
  readonly subject_type: string;
  readonly subject_id: string;
  readonly role: string;
  readonly state: string;
  readonly status: string;
  readonly parent_id: string | null;
  readonly inherits: boolean;
  readonly expires_at: string | null;
}

/** An edge, and when it ends; null: never. */
export type Edges = ReadonlyMap<string, Date | null>;

const everybody = ['user:*', 'service_account:*'];
const below = (roles: readonly string[], role: string): readonly string[] => {
  const rank = roles.indexOf(role);
  return rank === -1 ? [] : roles.slice(rank);
};
const none: Edges = new Map();
const lasting = (edges: readonly string[]): Edges => new Map(edges.map((edge) => [edge, null]));
const until = (row: Row, edges: readonly string[]): Edges => {
  const end = row.expires_at === null ? null : new Date(row.expires_at);
  return new Map(edges.map((edge) => [edge, end]));
};

/**
 * f, said once more, of one row at a time and without a line of the product: its own mapping must not be its own witness. `active` says
 * whether the user that the row is about is.
 */
const edgesOf: Readonly<Record<string, (row: Row, active: boolean) => Edges>> = {
  users: () => none,
  tenants: ({ id, state }) =>
    lasting([
      `tenant:${id}#platform@platform:main`,
      ...(state === 'active' ? [] : everybody.map((who) => `tenant:${id}#suspended@${who}`)),
    ]),
  tenant_members: (row, active) => {
    const held = active ? below(['admin', 'operator', 'member'], row.role) : [];
    return until(
      row,
      held.map((role) => `tenant:${row.tenant_id}#${role}@user:${row.user_id}`),
    );
  },
  workspaces: ({ id, tenant_id, parent_id, inherits, state }) =>
    lasting([
      `workspace:${id}#tenant@tenant:${tenant_id}`,
      ...(parent_id !== null && inherits ? [`workspace:${id}#inherits@workspace:${parent_id}`] : []),
      ...(state === 'active' ? [] : everybody.map((who) => `workspace:${id}#archived@${who}`)),
    ]),
  workspace_members: (row) => {
    const subject = `${row.subject_type}:${row.subject_id}${row.subject_type === 'group' ? '#member' : ''}`;
    return until(
      row,
      below(['owner', 'admin', 'member', 'viewer'], row.role).map((role) => `workspace:${row.workspace_id}#${role}@${subject}`),
    );
  },
  groups: ({ id, tenant_id }) => lasting([`group:${id}#tenant@tenant:${tenant_id}`]),
  group_members: (row) =>
    until(
      row,
      below(['admin', 'member'], row.role).map((role) => `group:${row.group_id}#${role}@user:${row.user_id}`),
    ),
  platform_admins: ({ user_id }, active) => lasting(active ? [`platform:main#administrator@user:${user_id}`] : []),
};

/** The tables that f reads. */
export const tablesOfState = Object.keys(edgesOf);

const keyColumns: Readonly<Record<string, readonly (keyof Row)[]>> = {
  tenant_members: ['tenant_id', 'user_id'],
  workspace_members: ['workspace_id', 'subject_type', 'subject_id'],
  group_members: ['group_id', 'user_id'],
  platform_admins: ['user_id'],
};

const keyOf = (table: string, row: Row): string =>
  [table, ...(keyColumns[table] ?? (['id'] as const)).map((column) => row[column])].join(' ');

export interface RowChange {
  readonly table: string;
  readonly before: Row | null;
  readonly after: Row | null;
}

/** The rows as they are at some point of the log, and what each change does to edges. */
export class RowsInTurn {
  private readonly rows = new Map<string, { table: string; row: Row; edges: Edges }>();
  private readonly statuses = new Map<string, string>();

  /** Edges that the change makes, ends otherwise, or (undefined) takes away. */
  take({ table, before, after }: RowChange): Map<string, Date | null | undefined> {
    const changed = new Map<string, Date | null | undefined>();
    if (before !== null) this.put(table, before, null, changed);
    if (after !== null) this.put(table, after, after, changed);
    if (table === 'users' && after !== null) this.statusOf(after, changed);
    return changed;
  }

  private statusOf({ id, status }: Row, changed: Map<string, Date | null | undefined>): void {
    this.statuses.set(id, status);
    for (const { table, row } of [...this.rows.values()]) if (row.user_id === id) this.put(table, row, row, changed);
  }

  private put(table: string, named: Row, row: Row | null, changed: Map<string, Date | null | undefined>): void {
    const key = keyOf(table, named);
    const edges = row === null ? none : (edgesOf[table]?.(row, this.statuses.get(row.user_id) === 'active') ?? none);
    for (const edge of this.rows.get(key)?.edges.keys() ?? []) if (!edges.has(edge)) changed.set(edge, undefined);
    for (const [edge, end] of edges) changed.set(edge, end);
    if (row === null) this.rows.delete(key);
    else this.rows.set(key, { table, row, edges });
  }
}
