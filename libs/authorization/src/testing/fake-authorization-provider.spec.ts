import { FakeAuthorizationProvider } from './fake-authorization-provider.ts';
import { authorizationProviderContract } from './authorization-provider-contract.ts';

authorizationProviderContract('FakeAuthorizationProvider', async () => {
  const provider = new FakeAuthorizationProvider();
  const blank = new FakeAuthorizationProvider(undefined, null);
  const down = new FakeAuthorizationProvider();
  down.unavailable = true;
  return { provider, schema: provider.schema, blank, blankSchema: blank.schema, down, close: () => Promise.resolve() };
});
