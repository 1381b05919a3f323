import { InMemoryIam, workspaceMembersContract } from '#iam/testing';

workspaceMembersContract('in memory', async () => {
  const iam = new InMemoryIam();
  return {
    unitOfWork: iam.unitOfWork,
    members: iam.workspaceMembers,
    tenant: async () => iam.aTenantWith({}),
    member: async (tenantId, status = 'active', role = 'member', expiresAt = null) => {
      const userId = iam.aUser(status);
      iam.joins(tenantId, userId, role, expiresAt);
      return userId;
    },
    workspace: async (tenantId, parentId = null, inherits = true) => iam.aWorkspaceIn(tenantId, { parentId, inherits }),
    group: async (tenantId, people) => iam.aTeamOf(tenantId, people),
    now: async () => iam.clock.now(),
    stop: async () => {},
  };
});
