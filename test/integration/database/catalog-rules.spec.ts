import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, it } from 'vitest';
import { isolationRules, schemaRules, violations, type CatalogRule } from './support/catalog-rules.ts';
import { createOwnedDatabase, type OwnedDatabase } from './support/owner.ts';

/** For each rule a statement that breaks it, and what the rule must then name. */
const planted: Readonly<Record<string, readonly [statement: string, named: string]>> = {
  'value sets are text with a check, not enums': ["CREATE TYPE colour AS ENUM ('red')", 'colour'],
  'a column that holds a word of a closed set is text with a check on it': ['CREATE TABLE parcels (state text)', 'parcels.state'],
  'every foreign key has an index that begins with its columns': [
    'CREATE TABLE parcels (user_id text CONSTRAINT parcels_user REFERENCES users)',
    'parcels_user',
  ],
  'a foreign key between tables of a tenant carries the tenant': [
    'CREATE TABLE parcels (tenant_id text NOT NULL, workspace_id text CONSTRAINT parcels_workspace REFERENCES workspaces (id))',
    'parcels_workspace',
  ],
  'nothing is removed by a foreign key of its own accord': [
    'CREATE TABLE parcels (user_id text CONSTRAINT parcels_user REFERENCES users ON DELETE CASCADE)',
    'parcels_user',
  ],
  'tenant_id is mandatory': ['CREATE TABLE parcels (tenant_id text)', 'parcels'],
  'tenant_id is immutable where rows can be updated': ['ALTER TABLE workspaces DISABLE TRIGGER ALL', 'workspaces'],
  'every table with a tenant_id has row-level security, or the runtime role cannot see it': [
    'CREATE TABLE parcels (tenant_id text NOT NULL); GRANT SELECT ON parcels TO tenantry_runtime',
    'parcels',
  ],
  'no policy waves everything through': ['CREATE POLICY open_door ON workspaces USING (true)', 'open_door'],
  'the runtime role owns nothing': [
    'GRANT CREATE ON SCHEMA tenantry TO tenantry_runtime; ALTER TABLE workspaces OWNER TO tenantry_runtime',
    'workspaces',
  ],
  'the runtime role bypasses nothing and makes nothing': ['ALTER ROLE tenantry_runtime BYPASSRLS', 'tenantry_runtime'],
  'the runtime role cannot empty a table past its policies': ['GRANT TRUNCATE ON workspaces TO tenantry_runtime', 'workspaces'],
};

describe('the migrated schema', () => {
  let database: OwnedDatabase;

  beforeAll(async () => {
    database = await createOwnedDatabase();
  });
  afterAll(() => database.drop());

  beforeEach(() => database.owner.query('BEGIN'));
  afterEach(() => database.owner.query('ROLLBACK'));

  const judge = (rules: readonly CatalogRule[]) => {
    it.each(rules)('holds: $name', async (rule) => {
      expect(await violations(database.owner, rule)).toEqual([]);
    });

    it.each(rules)('a violation planted is seen: $name', async (rule) => {
      const [statement, named] = planted[rule.name] ?? ['', ''];
      await database.owner.query(statement);
      expect(await violations(database.owner, rule)).toContain(named);
    });
  };

  describe('D-1 keeps value sets, keys and indexes by the rules of the catalog', () => judge(schemaRules));
  describe('D-2 gives the runtime role no way around row-level security', () => judge(isolationRules));
});
