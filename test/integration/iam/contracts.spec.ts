import { tenancyContract, identitiesContract, workspacesContract } from '#iam/testing';
import { connectDatabase } from '#database/nest';
import { PgIdentityDirectory } from '../../../libs/iam/src/identities/adapters/pg-identity-directory.ts';
import { PgPlatformAdminRepository } from '../../../libs/iam/src/identities/adapters/pg-platform-admin-repository.ts';
import { PgPlatformAuthority } from '../../../libs/iam/src/identities/adapters/pg-platform-authority.ts';
import { PgUserRepository } from '../../../libs/iam/src/identities/adapters/pg-user-repository.ts';
import { PgUserStatuses } from '../../../libs/iam/src/identities/adapters/pg-user-statuses.ts';
import { PgTenantMembershipRepository } from '../../../libs/iam/src/tenancy/adapters/pg-tenant-membership-repository.ts';
import { PgTenantRepository } from '../../../libs/iam/src/tenancy/adapters/pg-tenant-repository.ts';
import { PgWorkspaceMembershipRepository } from '../../../libs/iam/src/workspaces/adapters/pg-workspace-membership-repository.ts';
import { PgWorkspaceRepository } from '../../../libs/iam/src/workspaces/adapters/pg-workspace-repository.ts';
import { createTestDatabase } from '../../support/test-database.ts';
import { OwnerConnection } from './support/owner-connection.ts';

async function onPostgres() {
  const database = await createTestDatabase();
  const connected = await connectDatabase({ url: database.url, poolSize: 2 });
  const owner = await OwnerConnection.open(database.url);
  return {
    ...connected,
    owner,
    async stop() {
      await owner.close();
      await connected.close();
      await database.drop();
    },
  };
}

tenancyContract('PostgreSQL', async () => {
  const { owner, ...postgres } = await onPostgres();
  const ports = { tenants: new PgTenantRepository(), members: new PgTenantMembershipRepository() };
  return { ...postgres, ...ports, user: (status) => owner.insertUser(status) };
});

identitiesContract('PostgreSQL', async () => {
  const { owner, ...postgres } = await onPostgres();
  return {
    ...postgres,
    users: new PgUserRepository(),
    admins: new PgPlatformAdminRepository(),
    statuses: new PgUserStatuses(),
    authority: new PgPlatformAuthority(),
    directory: new PgIdentityDirectory(postgres.database),
    async tenantOf(userId) {
      const tenantId = await owner.insertTenant();
      await owner.insertMember(tenantId, userId, 'member');
      return tenantId;
    },
  };
});

workspacesContract('PostgreSQL', async () => {
  const { owner, ...postgres } = await onPostgres();
  return {
    ...postgres,
    workspaces: new PgWorkspaceRepository(),
    workspaceMembers: new PgWorkspaceMembershipRepository(),
    async tenant() {
      const [tenantId, memberId] = [await owner.insertTenant(), await owner.insertUser('active')];
      await owner.insertMember(tenantId, memberId, 'member');
      return { tenantId, memberId };
    },
  };
});
