import { connectDatabase } from '#database/nest';
import { groupsContract } from '#iam/testing';
import { PgGroupMembershipRepository } from '../../../libs/iam/src/groups/adapters/pg-group-membership-repository.ts';
import { PgGroupRepository } from '../../../libs/iam/src/groups/adapters/pg-group-repository.ts';
import { createTestDatabase } from '../../support/test-database.ts';
import { OwnerConnection } from './support/owner-connection.ts';

groupsContract('PostgreSQL', async () => {
  const database = await createTestDatabase();
  const connected = await connectDatabase({ url: database.url, poolSize: 2 });
  const owner = await OwnerConnection.open(database.url);
  return {
    ...connected,
    groups: new PgGroupRepository(),
    members: new PgGroupMembershipRepository(),
    tenant: () => owner.insertTenant(),
    async person(tenantId, { status = 'active', role = undefined, expiresAt } = {}) {
      const userId = await owner.insertUser(status);
      await owner.insertMember(tenantId, userId, role ?? 'member');
      if (expiresAt)
        await owner.query('UPDATE tenant_members SET expires_at = $3 WHERE tenant_id = $1 AND user_id = $2', [tenantId, userId, expiresAt]);
      return userId;
    },
    async stop() {
      await owner.close();
      await connected.close();
      await database.drop();
    },
  };
});
