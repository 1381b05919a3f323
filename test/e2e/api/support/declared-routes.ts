import { createLogger } from '#observability';
import type { DeclaredRoute } from '#http';
import { createApiServer } from '../../../../apps/api/src/api-server.ts';
import { apiConfiguration } from '../../../../apps/api/src/configuration/api-configuration.ts';

/** The routes the server itself knows, straight from its registry: a new one is in every sweep without a line of test code. */
export async function declaredRoutes(env: Readonly<Record<string, string>>): Promise<readonly DeclaredRoute[]> {
  const server = await createApiServer(apiConfiguration(env), createLogger({ service: 'sweep', level: 'silent' }));
  const { routes } = server.routes;
  await server.close();
  return routes.filter(({ method }) => method !== 'HEAD');
}

/** `/v1/tenants/:tenant/members/:user` with values filled in. */
export function pathOf({ url }: DeclaredRoute, values: Readonly<Record<string, string>>): string {
  return url.replace(/:(\w+)/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`no value for :${name} in ${url}: add one to the sweep's world`);
    return value;
  });
}
