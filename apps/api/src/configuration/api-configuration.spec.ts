import { ConfigurationInvalid } from '#configuration';
import { describe, expect, it } from 'vitest';
import { apiConfiguration } from './api-configuration.ts';

const issuers = JSON.stringify([{ issuer: 'https://id.example.com/', audience: 'tenantry', email_domains: ['Example.com'] }]);
const complete = {
  DATABASE_URL: 'postgres://tenantry@localhost/tenantry',
  SPICEDB_ENDPOINT: 'localhost:50051',
  SPICEDB_TOKEN: 'key',
  OIDC_ISSUERS: issuers,
};
const problemsWith = (changes: Record<string, string | undefined>): string => {
  try {
    apiConfiguration({ ...complete, ...changes });
    return '';
  } catch (error) {
    if (!(error instanceof ConfigurationInvalid)) throw error;
    return error.problems.join('\n');
  }
};

describe('settings', () => {
  it('have defaults that are safe for one machine', () => {
    expect(apiConfiguration(complete)).toMatchObject({
      host: '127.0.0.1',
      port: 3000,
      tenantCreation: 'anyone',
      workspaceMaxDepth: 16,
      defaultTenant: { name: 'Default', slug: 'default' },
      readYourWritesWaitMs: 1000,
      platformAdmins: [],
      rateLimits: { user: 600, address: 120 },
      trustedProxies: [],
      issuers: [{ issuer: 'https://id.example.com', audiences: ['tenantry'], emailDomains: ['example.com'] }],
    });
  });

  it('are refused with every problem at once', () => {
    const problems = problemsWith({ DATABASE_URL: undefined, PORT: 'http', SPICEDB_TOKEN: '', LOG_LEVEL: 'loud', OIDC_ISSUERS: undefined });
    for (const name of ['DATABASE_URL', 'PORT', 'SPICEDB_TOKEN', 'LOG_LEVEL', 'OIDC_ISSUERS']) expect(problems).toContain(name);
  });

  it.each([
    ['DATABASE_URL', 'mysql://x'],
    ['PORT', '70000'],
    ['PORT', '-1'],
    ['RATE_LIMIT_USER_PER_MINUTE', '0'],
    ['RATE_LIMIT_ADDRESS_PER_MINUTE', '-5'],
    ['TRUSTED_PROXIES', 'proxy.internal'],
    ['TRUSTED_PROXIES', '10.0.0.0/33'],
    ['TRUSTED_PROXIES', '0.0.0.0/0'],
    ['TRUSTED_PROXIES', '10.0.0.1, 10.0.0.1/8/8'],
    ['REDIS_URL', 'http://x'],
    ['PUBLIC_BASE_URL', 'example.com'],
    ['TENANT_CREATION', 'nobody'],
    ['WORKSPACE_MAX_DEPTH', '0'],
    ['WORKSPACE_MAX_DEPTH', '41'],
    ['WORKSPACE_MAX_DEPTH', 'deep'],
    ['DEFAULT_TENANT_SLUG', 'A'],
    ['DEFAULT_TENANT_NAME', 'x'.repeat(256)],
    ['PLATFORM_ADMINS', 'alice'],
    ['PLATFORM_ADMINS', 'https://id.example.com|'],
    ['TENANTRY_DEV_MODE', 'yes'],
    ['SPICEDB_ENDPOINT', 'nowhere'],
  ])('%s may not be %s', (name, value) => expect(problemsWith({ [name]: value })).toContain(name));

  it('platform admins are pairs of issuer and subject, whatever the subject holds', () => {
    const { platformAdmins } = apiConfiguration({
      ...complete,
      PLATFORM_ADMINS: 'https://id.example.com/|auth0|42, https://id.example.com|bob',
    });
    expect(platformAdmins).toEqual([
      { issuer: 'https://id.example.com', subject: 'auth0|42' },
      { issuer: 'https://id.example.com', subject: 'bob' },
    ]);
  });
});

it('trusted proxies are addresses and networks of either kind', () => {
  const { trustedProxies } = apiConfiguration({ ...complete, TRUSTED_PROXIES: '10.0.0.0/8, 2001:db8::1,::1/128' });
  expect(trustedProxies).toEqual(['10.0.0.0/8', '2001:db8::1', '::1/128']);
});

describe('I-1 trusted issuers', () => {
  it.each([
    ['no JSON', '{'],
    ['no list', '{}'],
    ['an empty list', '[]'],
    ['a list of text', '["https://id.example.com"]'],
    ['no issuer', '[{"audience":"a"}]'],
    ['no audience', '[{"issuer":"https://id.example.com"}]'],
    ['plain http', '[{"issuer":"http://127.0.0.1:9000","audience":"a"}]'],
    ['a symmetric algorithm', '[{"issuer":"https://id.example.com","audience":"a","algorithms":["HS256"]}]'],
    ['no signature', '[{"issuer":"https://id.example.com","audience":"a","algorithms":["none"]}]'],
    ['an unknown member', '[{"issuer":"https://id.example.com","audience":"a","secret":"x"}]'],
    ['a wrong address of keys', '[{"issuer":"https://id.example.com","audience":"a","jwks_uri":"keys"}]'],
    ['domains that are none', '[{"issuer":"https://id.example.com","audience":"a","email_domains":[1]}]'],
    ['one issuer twice', '[{"issuer":"https://id.example.com","audience":"a"},{"issuer":"https://id.example.com/","audience":"b"}]'],
  ])('I-1 with %s are refused', (_what, value) => expect(problemsWith({ OIDC_ISSUERS: value })).not.toBe(''));
});

describe('I-4 development mode is one explicit switch', () => {
  const development = { OIDC_ISSUERS: undefined, TENANTRY_DEV_MODE: 'true', DEV_ISSUER: 'http://127.0.0.1:9000' };

  it('I-4 opens for the local issuer', () => {
    expect(apiConfiguration({ ...complete, ...development }).issuers).toMatchObject([
      { issuer: 'http://127.0.0.1:9000', emailDomains: ['*'] },
    ]);
  });

  it('I-4 admits issuers over plain http, which nothing else does', () => {
    const local = '[{"issuer":"http://127.0.0.1:9000","audience":"tenantry","jwks_uri":"http://127.0.0.1:9001/jwks"}]';
    expect(problemsWith({ OIDC_ISSUERS: local })).toContain('https://');
    expect(problemsWith({ OIDC_ISSUERS: local, TENANTRY_DEV_MODE: 'true' })).toBe('');
  });

  it('I-4 does not go together with production', () => {
    expect(problemsWith({ ...development, NODE_ENV: 'production' })).toContain('TENANTRY_DEV_MODE');
    expect(problemsWith({ TENANTRY_DEV_MODE: 'true', DEV_ISSUER: 'http://127.0.0.1:9000', NODE_ENV: 'production' })).toContain(
      'TENANTRY_DEV_MODE',
    );
  });

  it('I-4 is not entered by leaving something out', () => {
    expect(problemsWith({ OIDC_ISSUERS: undefined })).toContain('nobody can sign in');
    expect(problemsWith({ OIDC_ISSUERS: '' })).toContain('nobody can sign in');
    expect(problemsWith({ DEV_ISSUER: 'http://127.0.0.1:9000' })).toContain('TENANTRY_DEV_MODE is not true');
    expect(problemsWith({ TENANTRY_DEV_MODE: 'true', OIDC_ISSUERS: undefined })).toContain('DEV_ISSUER');
  });

  it('I-4 takes no issuer of another machine', () => {
    expect(problemsWith({ ...development, DEV_ISSUER: 'https://id.example.com' })).toContain('on this machine');
  });
});
