import { migrations } from '#migrations';
import { describe, expect, it } from 'vitest';
import { lintMigration, record } from './support/migration-lint.ts';

const lint = (statements: readonly string[], transaction = true) => lintMigration({ name: 'planted', transaction, statements });

describe('D-4 no migration locks a table that is in use for long', () => {
  it.each(migrations.map((migration) => [migration.name, migration] as const))('%s', async (name, Migration) => {
    expect(lintMigration(await record(name, new Migration()))).toEqual([]);
  });

  it.each([
    ['CREATE INDEX tenants_by_name ON tenants (name)', 'CONCURRENTLY'],
    ['CREATE UNIQUE INDEX tenants_by_name ON tenants (name)', 'CONCURRENTLY'],
    ['DROP INDEX tenants_by_name', 'CONCURRENTLY'],
    ['REINDEX TABLE tenants', 'rebuilding'],
    ['LOCK TABLE tenants IN ACCESS EXCLUSIVE MODE', 'rebuilding'],
    ['ALTER TABLE tenants ADD CONSTRAINT short CHECK (length(name) < 9)', 'NOT VALID'],
    ['ALTER TABLE tenants ADD CONSTRAINT owned FOREIGN KEY (owner) REFERENCES users', 'NOT VALID'],
    ['ALTER TABLE tenants ADD CONSTRAINT one UNIQUE (name)', 'USING an index'],
    ['ALTER TABLE tenants ALTER COLUMN name TYPE varchar(9)', 'rewrites'],
    ['ALTER TABLE tenants ALTER COLUMN name SET NOT NULL', 'SET NOT NULL scans'],
    ['ALTER TABLE tenants ADD COLUMN colour text NOT NULL', 'constant default'],
    ['ALTER TABLE tenants ADD COLUMN seed uuid DEFAULT gen_random_uuid()', 'volatile'],
    ["UPDATE tenants SET state = 'active'", 'chunks'],
    ["-- harmless?\nSELECT 1; UPDATE tenants SET state = 'active'", 'chunks'],
  ])('sees %s', (statement, reason) => {
    expect(lint([statement])).toEqual([expect.stringContaining(reason)]);
  });

  it('sees CONCURRENTLY inside a transaction, where PostgreSQL refuses it', () => {
    expect(lint(['CREATE INDEX CONCURRENTLY tenants_by_name ON tenants (name)'])).toHaveLength(1);
    expect(lint(['CREATE INDEX CONCURRENTLY tenants_by_name ON tenants (name)'], false)).toEqual([]);
  });

  it.each([
    ['CREATE TABLE parcels (id text); CREATE INDEX parcels_by_id ON parcels (id); ALTER TABLE parcels ADD CHECK (id > 1)'],
    ['ALTER TABLE tenants ADD COLUMN colour text'],
    ["ALTER TABLE tenants ADD COLUMN colour text NOT NULL DEFAULT 'red'"],
    ['ALTER TABLE tenants ADD CONSTRAINT short CHECK (length(name) < 9) NOT VALID'],
    ['ALTER TABLE tenants VALIDATE CONSTRAINT short'],
    ['ALTER TABLE tenants ALTER COLUMN name SET NOT NULL /* validated: tenants_name_present */'],
    ['ALTER TABLE tenants ADD CONSTRAINT one UNIQUE USING INDEX tenants_by_name'],
    ['CREATE FUNCTION sweep() RETURNS void LANGUAGE sql AS $$ UPDATE tenants SET version = 1; $$'],
  ])('has nothing against %s', (statement) => {
    expect(lint([statement])).toEqual([]);
  });
});
