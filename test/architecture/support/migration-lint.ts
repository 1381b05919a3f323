import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What one migration does, statement by statement, in order. */
export interface RecordedMigration {
  readonly name: string;
  /** False: it runs outside a transaction, which CONCURRENTLY needs. */
  readonly transaction: boolean;
  readonly statements: readonly string[];
}

/** Lets `up` run against a connection that only writes down what it is asked. */
export async function record(name: string, migration: MigrationInterface): Promise<RecordedMigration> {
  const statements: string[] = [];
  const query = (text: string) => {
    statements.push(text);
    return Promise.resolve([]);
  };
  await migration.up({ query } as unknown as QueryRunner);
  return { name, transaction: migration.transaction ?? true, statements };
}

/** Comments and bodies of functions away, one statement each. */
function split(text: string): string[] {
  const bare = text.replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, ' ').replace(/\$(\w*)\$[\s\S]*?\$\1\$/g, "''");
  return bare.split(';').map((statement) => statement.replace(/\s+/g, ' ').trim());
}

const tableName = '(?:only )?"?([a-z_]+)"?';
const madeHere = new RegExp(`^create (?:unlogged )?table (?:if not exists )?${tableName}`, 'i');

/** What takes a lock that stops reads or writes for as long as the table is big. `$1` is the table. */
const longLocks: readonly (readonly [reason: string, pattern: RegExp])[] = [
  ['an index on a table in use is made CONCURRENTLY', new RegExp(`^create (?:unique )?index (?!concurrently).*? on ${tableName}`, 'i')],
  ['an index on a table in use is dropped CONCURRENTLY', /^drop index (?!concurrently)(?:if exists )?"?([a-z_]+)/i],
  ['rebuilding blocks everything', new RegExp(`^(?:reindex (?!.*concurrently).*|cluster|vacuum full|lock(?: table)?) ${tableName}`, 'i')],
  [
    'a foreign key or check on a table in use is added NOT VALID and validated later',
    new RegExp(`^alter table ${tableName}(?!.*not valid).* add (?:constraint \\S+ )?(?:foreign key|check)`, 'i'),
  ],
  [
    'a key on a table in use is made USING an index that was built CONCURRENTLY',
    new RegExp(`^alter table ${tableName}.* add (?:constraint \\S+ )?(?:unique|primary key)(?! using index)`, 'i'),
  ],
  ['changing a type rewrites the table', new RegExp(`^alter table ${tableName}.* (?:alter|alter column) \\S+ (?:set data )?type`, 'i')],
  [
    'SET NOT NULL scans the table under its lock: validate a NOT VALID check first and say so with /* validated: name */',
    new RegExp(`^alter table ${tableName}.* set not null`, 'i'),
  ],
  [
    'a new mandatory column needs a constant default',
    new RegExp(`^alter table ${tableName}.* add (?!constraint )(?:column )?(?:if not exists )?\\S+ (?!.*default).*not null`, 'i'),
  ],
  [
    'a volatile default rewrites the table',
    new RegExp(`^alter table ${tableName}.* add .* default (?:gen_random_uuid|random|clock_timestamp)\\(`, 'i'),
  ],
  ['a backfill goes in chunks, outside of migrations', new RegExp(`^(?:update|delete from) ${tableName}(?!.* where )`, 'i')],
];

function lintStatement(statement: string, inUse: (table: string) => boolean): string[] {
  return longLocks.flatMap(([reason, pattern]) => {
    const table = pattern.exec(statement)?.[1];
    return table !== undefined && inUse(table) ? [reason] : [];
  });
}

/** Locks that would be held long on tables which an earlier migration made, and which may be big by now. */
export function lintMigration({ name, transaction, statements }: RecordedMigration): string[] {
  const own = new Set<string>();
  const findings: string[] = [];
  for (const text of statements) {
    const validated = /\/\* validated: \w+ \*\//.test(text);
    for (const statement of split(text)) {
      const made = madeHere.exec(statement)?.[1];
      if (made !== undefined) own.add(made);
      const found = lintStatement(statement, (table) => !own.has(table)).filter(
        (reason) => !(validated && reason.startsWith('SET NOT NULL')),
      );
      if (transaction && /^(create (unique )?|drop )index concurrently/i.test(statement))
        found.push('CONCURRENTLY needs `transaction = false`');
      findings.push(...found.map((reason) => `${name}: ${reason}: ${statement}`));
    }
  }
  return findings;
}
