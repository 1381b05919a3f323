import { InMemoryIam } from '#iam/testing';
import { groupsContract } from './groups-contract.ts';

groupsContract('in memory', async () => {
  const iam = new InMemoryIam();
  return {
    unitOfWork: iam.unitOfWork,
    groups: iam.groups,
    members: iam.groupMembers,
    tenant: async () => iam.aTenantWith({}),
    async person(tenantId, { status = 'active', role, expiresAt = null } = {}) {
      const userId = iam.aUser(status);
      iam.joins(tenantId, userId, role ?? 'member', expiresAt);
      return userId;
    },
    stop: async () => undefined,
  };
});
