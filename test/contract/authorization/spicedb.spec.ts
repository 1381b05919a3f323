import { readGraphSchema } from '#authorization';
import { connectSpiceDb, type SpiceDbConnection } from '#authorization/nest';
import { authorizationProviderContract } from '#authorization/testing';
import { inject } from 'vitest';
import { createTestGraph } from '../../support/test-graph.ts';

authorizationProviderContract('SpiceDbAuthorizationProvider', async () => {
  const { spicedbEndpoint, spicedbToken } = inject('stack');
  const engine = connectSpiceDb({ endpoint: spicedbEndpoint, token: spicedbToken, insecure: true });
  const empty = await createTestGraph();
  const blank = connectSpiceDb({ ...empty, insecure: true });
  const down: SpiceDbConnection = connectSpiceDb({ endpoint: '127.0.0.1:1', token: 'none', insecure: true });
  await engine.schema.write(readGraphSchema());
  return {
    provider: engine.provider,
    schema: engine.schema,
    blank: blank.provider,
    blankSchema: blank.schema,
    down: down.provider,
    async close() {
      for (const connection of [engine, blank, down]) connection.close();
      await empty.stop();
    },
  };
});
