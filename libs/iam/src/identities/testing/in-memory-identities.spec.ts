import { identitiesContract, InMemoryIam } from '#iam/testing';

identitiesContract('in memory', async () => {
  const iam = new InMemoryIam();
  return { ...iam, tenantOf: async (member) => iam.aTenantWith({ member: [member] }), stop: async () => {} };
});
