import { InMemoryIam, workspacesContract } from '#iam/testing';

workspacesContract('in memory', async () => {
  const iam = new InMemoryIam();
  const tenant = async () => {
    const memberId = iam.aUser();
    return { tenantId: iam.aTenantWith({ member: [memberId] }), memberId };
  };
  return { ...iam, tenant, stop: async () => {} };
});
