import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Each ends with the id, by which lists are ordered: a page of any filter is read from the index, newest first. With the tenant, which
 * row-level security asks for, so that no row is fetched for it.
 */
const indexes = {
  operations_lists: 'operations (kind, state, id) INCLUDE (tenant_id)',
  audit_entries_lists: 'audit_entries (action, target_type, id) INCLUDE (tenant_id)',
  audit_entries_of_target: 'audit_entries (target_id, action, target_type, id) INCLUDE (tenant_id)',
};

const whole = `(SELECT current_setting('tenantry.tenant', true)) = '*'`;
const own = `tenant_id = (SELECT current_setting('tenantry.tenant', true))`;
/**
 * The same rule in two forms. Of an OR the planner believes that it lets one row in 200 pass, and sorts a whole index rather than walk a
 * little of it; of a CASE, that it is every second.
 */
const scope = { asCase: `CASE WHEN ${whole} THEN true ELSE ${own} END`, asOr: `${whole} OR ${own}` };
const listed = ['operations', 'audit_entries'];

/** Lists of operations and of the audit trail that cost what they show, however long the trail has become. */
export class ListsOfOperationsAndAudit1763700000010 implements MigrationInterface {
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    for (const [name, on] of Object.entries(indexes)) {
      await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS ${name}`);
      await runner.query(`CREATE INDEX CONCURRENTLY ${name} ON ${on}`);
    }
    // Behind a long reader it would wait, and everybody behind it: better to fail, and to be run again.
    await runner.query(`SET lock_timeout = '5s'`);
    for (const table of listed) await runner.query(`ALTER POLICY ${table}_scope ON ${table} USING (${scope.asCase})`);
    await runner.query('RESET lock_timeout');
  }

  /** In a transaction, as TypeORM takes migrations back. */
  async down(runner: QueryRunner): Promise<void> {
    for (const table of listed) await runner.query(`ALTER POLICY ${table}_scope ON ${table} USING (${scope.asOr})`);
    for (const name of Object.keys(indexes)) await runner.query(`DROP INDEX IF EXISTS ${name}`);
  }
}
