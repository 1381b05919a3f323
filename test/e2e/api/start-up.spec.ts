import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram, startService } from '../../support/child-process.ts';
import { ApiClient } from './support/api-client.ts';
import { ApiStack } from './support/api-stack.ts';
import { onDatabase } from './support/tables.ts';

const program = 'apps/api/src/main.js';
let stack: ApiStack;

beforeAll(async () => {
  stack = await ApiStack.start();
});
afterAll(() => stack?.stop());

describe('I-4 the real process refuses to start', () => {
  it.each<[string, Record<string, string | undefined>, string]>([
    ['when nobody could sign in', { TENANTRY_DEV_MODE: undefined, OIDC_ISSUERS: undefined }, 'nobody can sign in'],
    ['in development mode without an issuer', { OIDC_ISSUERS: undefined }, 'nobody can sign in'],
    ['when development mode meets production', { NODE_ENV: 'production' }, 'TENANTRY_DEV_MODE'],
    ['with an issuer over plain http outside development mode', { TENANTRY_DEV_MODE: undefined }, 'https://'],
    [
      'with a symmetric algorithm',
      { OIDC_ISSUERS: '[{"issuer":"https://x.example","audience":"a","algorithms":["HS256"]}]' },
      'algorithms',
    ],
    ['with several mistakes, naming each', { PORT: 'x', LOG_LEVEL: 'loud', DATABASE_URL: undefined }, 'DATABASE_URL'],
  ])('I-4 %s', async (_what, changes, complaint) => {
    const ended = await runProgram({ program, env: { ...stack.env, ...changes } });
    expect(ended.code).toBe(78);
    expect(ended.output).toContain(complaint);
    for (const name of Object.keys(changes).filter((key) => key === 'PORT' || key === 'LOG_LEVEL')) expect(ended.output).toContain(name);
  });

  it('I-4 in production with a real issuer it gets as far as connecting', async () => {
    const env = {
      ...stack.env,
      NODE_ENV: 'production',
      TENANTRY_DEV_MODE: undefined,
      OIDC_ISSUERS: '[{"issuer":"https://x.example","audience":"a"}]',
    };
    const service = await startService({ program, portVariable: 'PORT', env });
    expect((await fetch(`${service.url}/v1/me`)).status).toBe(401);
    expect(await service.stop()).toMatchObject({ code: 0 });
  });
});

describe('what the real start-up path leaves behind', () => {
  it('T-3 one default tenant with its root, however often and at once processes start', async () => {
    const services = await Promise.all(Array.from({ length: 3 }, () => startService({ program, portVariable: 'PORT', env: stack.env })));
    await Promise.all(services.map((service) => service.stop()));
    const [counts] = await onDatabase<{ tenants: number; roots: number }>(
      stack.database.url,
      `SELECT (SELECT count(*)::int FROM tenants WHERE is_default) AS tenants,
        (SELECT count(*)::int FROM workspaces w JOIN tenants t ON t.id = w.tenant_id WHERE t.is_default AND w.parent_id IS NULL) AS roots`,
    );
    expect(counts).toEqual({ tenants: 1, roots: 1 });
  });

  it('I-6 the platform admin of the configuration', async () => {
    const root = await stack.as('root');
    expect((await root.get('/v1/me')).body).toMatchObject({ is_platform_admin: true });
    expect((await root.get('/v1/platform/admins')).body.items).toHaveLength(1);
  });

  it.each([
    ['disabled', 'tenant_creation_disabled', 403],
    ['platform_admins', 'platform_admin_required', 201],
  ])('T-6 TENANT_CREATION=%s: others are told %s', async (rule, code, forAdmins) => {
    const service = await startService({ program, portVariable: 'PORT', env: { ...stack.env, TENANT_CREATION: rule } });
    const [alice, root] = await Promise.all(['alice', 'root'].map((subject) => stack.issuer.token({ claims: { sub: subject } })));
    const [refused, answered] = await Promise.all(
      [alice, root].map((token) => new ApiClient(service.url, token).post('/v1/tenants', { name: 'x' })),
    );
    expect([refused?.status, refused?.body.code, answered?.status]).toEqual([403, code, forAdmins]);
    await service.stop();
  });
});
