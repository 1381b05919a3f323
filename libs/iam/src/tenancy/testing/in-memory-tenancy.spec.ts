import { InMemoryIam, tenancyContract } from '#iam/testing';

tenancyContract('in memory', async () => {
  const iam = new InMemoryIam();
  return { ...iam, user: async (status) => iam.aUser(status), stop: async () => {} };
});
