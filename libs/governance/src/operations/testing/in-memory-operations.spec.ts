import { InMemoryGovernance, operationsContract } from '#governance/testing';

operationsContract('in memory', async () => {
  const governance = new InMemoryGovernance();
  return {
    ...governance,
    lapse: async (id, seconds) => governance.lapse(id, seconds),
    stop: async () => {},
  };
});
