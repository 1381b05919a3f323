import type { MigrationInterface, QueryRunner } from 'typeorm';

const constraints = [
  ['workspace_members', 'workspace_members_subject_type_check'],
  ['workspace_members', 'workspace_members_group_is_subject'],
  ['workspace_members', 'workspace_members_only_people_expire'],
  ['workspace_members', 'workspace_members_group_in_tenant'],
  ['removed_memberships', 'removed_memberships_scope_type_check'],
  ['removed_memberships', 'removed_memberships_subject_type_check'],
] as const;

const indexes = [
  ['workspace_members_group', 'workspace_members (tenant_id, group_id)'],
  ['workspace_members_expiring', 'workspace_members (expires_at) WHERE expires_at IS NOT NULL'],
  ['tenant_members_expiring', 'tenant_members (expires_at) WHERE expires_at IS NOT NULL'],
] as const;

/** Beside traffic: validating takes no lock that writes wait for, and neither do these indexes. Begun anew, it goes on where it stopped. */
export class ValidatedGroupsAndExpiry1763700000004 implements MigrationInterface {
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    for (const [table, constraint] of constraints) await runner.query(`ALTER TABLE ${table} VALIDATE CONSTRAINT ${constraint}`);
    for (const [name, definition] of indexes) {
      await runner.query(`DROP INDEX CONCURRENTLY IF EXISTS ${name}`);
      await runner.query(`CREATE INDEX CONCURRENTLY ${name} ON ${definition}`);
    }
  }

  /** In a transaction, as TypeORM takes migrations back. */
  async down(runner: QueryRunner): Promise<void> {
    for (const [name] of indexes) await runner.query(`DROP INDEX IF EXISTS ${name}`);
  }
}
