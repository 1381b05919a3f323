import type { MigrationInterface, QueryRunner } from 'typeorm';

const whole = `(SELECT current_setting('tenantry.tenant', true)) = '*'`;
const own = `tenant_id = (SELECT current_setting('tenantry.tenant', true))`;
/**
 * The same rule in two forms. Of an OR the planner believes that it lets one row in 200 pass, so that it reads and sorts whole days of the
 * log for a page of it; of a CASE, that it is every second.
 */
const scope = { asCase: `CASE WHEN ${whole} THEN true ELSE ${own} END`, asOr: `${whole} OR ${own}` };
const walked = ['outbox_events', 'outbox_pending'];

/** Steps through the log and the work list that cost what they look at, however much there is. */
export class WalksOfTheLog1763700000011 implements MigrationInterface {
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX CONCURRENTLY IF EXISTS outbox_pending_dead_by_position');
    await runner.query(`CREATE INDEX CONCURRENTLY outbox_pending_dead_by_position ON outbox_pending (position) WHERE state = 'dead'`);
    // Behind a long reader it would wait, and everybody behind it: better to fail, and to be run again.
    await runner.query(`SET lock_timeout = '5s'`);
    for (const table of walked) await runner.query(`ALTER POLICY ${table}_scope ON ${table} USING (${scope.asCase})`);
    await runner.query('RESET lock_timeout');
  }

  /** In a transaction, as TypeORM takes migrations back. */
  async down(runner: QueryRunner): Promise<void> {
    for (const table of walked) await runner.query(`ALTER POLICY ${table}_scope ON ${table} USING (${scope.asOr})`);
    await runner.query('DROP INDEX IF EXISTS outbox_pending_dead_by_position');
  }
}
