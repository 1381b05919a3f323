import { workspaceMembersContract } from '#iam/testing';
import { connectDatabase } from '#database/nest';
import { anId } from '#kernel/testing';
import type { GroupId } from '#kernel';
import { PgWorkspaceMembershipRepository } from '../../../libs/iam/src/workspaces/adapters/pg-workspace-membership-repository.ts';
import { createTestDatabase } from '../../support/test-database.ts';
import { OwnerConnection } from './support/owner-connection.ts';

workspaceMembersContract('PostgreSQL', async () => {
  const database = await createTestDatabase();
  const { unitOfWork, close } = await connectDatabase({ url: database.url, poolSize: 2 });
  const owner = await OwnerConnection.open(database.url);
  return {
    unitOfWork,
    members: new PgWorkspaceMembershipRepository(),
    tenant: () => owner.insertTenant(),
    async member(tenantId, status = 'active', role = 'member', expiresAt = null) {
      const userId = await owner.insertUser(status);
      await owner.insertMember(tenantId, userId, role);
      await owner.query('UPDATE tenant_members SET expires_at = $2 WHERE user_id = $1', [userId, expiresAt]);
      return userId;
    },
    async workspace(tenantId, parentId = null, inherits = true) {
      const id = await owner.insertWorkspace(tenantId, parentId);
      await owner.query('UPDATE workspaces SET inherits = $2 WHERE id = $1', [id, inherits]);
      return id;
    },
    async group(tenantId, people) {
      const id = anId<GroupId>();
      await owner.query(`INSERT INTO groups (id, tenant_id, name, version, created_at, updated_at) VALUES ($1, $2, $1, 1, now(), now())`, [
        id,
        tenantId,
      ]);
      for (const [userId, expiresAt] of people)
        await owner.query(
          `INSERT INTO group_members (tenant_id, group_id, user_id, role, expires_at, version, joined_at, updated_at)
           VALUES ($1, $2, $3, 'member', $4, 1, now(), now())`,
          [tenantId, id, userId, expiresAt],
        );
      return id;
    },
    now: async () => new Date(),
    async stop() {
      await owner.close();
      await close();
      await database.drop();
    },
  };
});
