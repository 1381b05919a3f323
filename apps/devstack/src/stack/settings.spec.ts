import { describe, expect, it } from 'vitest';
import type { DevIdentity } from './dev-identity.ts';
import { settings, type Environment } from './settings.ts';

const identity = {
  name: 'http://127.0.0.1:3002',
  url: 'http://127.0.0.1:4000',
  issuer: { jwksUri: 'http://127.0.0.1:4000/jwks' },
} as DevIdentity;
const connections = {
  databaseUrl: 'postgres://tenantry_app@127.0.0.1/tenantry',
  spicedbEndpoint: '127.0.0.1:50051',
  spicedbToken: 'key',
  identity,
  ports: { api: 3000, worker: 3001 },
};
const issuersOf = (read: Environment) => JSON.parse(read.OIDC_ISSUERS ?? '[]') as { issuer: string; jwks_uri?: string }[];

describe('what the services of a local stack read', () => {
  it('names the issuer as at the first start, and its keys where they are now', () => {
    expect(issuersOf(settings(connections, {}))).toMatchObject([
      { issuer: 'http://127.0.0.1:3002', jwks_uri: 'http://127.0.0.1:4000/jwks' },
    ]);
  });

  it('keeps issuers and administrators the person named, beside its own', () => {
    const read = settings(connections, {
      OIDC_ISSUERS: '[{"issuer":"https://id.example.com","audience":"a"}]',
      PLATFORM_ADMINS: 'https://id.example.com|x',
    });
    expect(issuersOf(read).map(({ issuer }) => issuer)).toEqual(['https://id.example.com', 'http://127.0.0.1:3002']);
    expect(read.PLATFORM_ADMINS).toBe('https://id.example.com|x,http://127.0.0.1:3002|ada');
  });

  it('never hands the owner’s login to a service', () => {
    expect(settings(connections, { DATABASE_OWNER_URL: 'postgres://owner@db/tenantry' })).toMatchObject({ DATABASE_OWNER_URL: undefined });
  });

  it('listens on loopback, whatever the shell says', () => {
    expect(settings(connections, { HOST: '0.0.0.0' }).HOST).toBe('127.0.0.1');
  });

  it('speaks plain text to a SpiceDB of this machine only', () => {
    expect(settings(connections, {}).SPICEDB_INSECURE).toBe('true');
    expect(settings({ ...connections, spicedbEndpoint: 'spicedb.example.com:443' }, {}).SPICEDB_INSECURE).toBe('false');
  });

  it('says so when OIDC_ISSUERS is no list', () => {
    expect(() => settings(connections, { OIDC_ISSUERS: '{}' })).toThrow(/OIDC_ISSUERS must be a JSON array/);
  });
});

describe('how old an answer of the engine may be', () => {
  it('is told to the services where the engine is not as compose runs it, and left to the person who says', () => {
    expect(settings(connections, {}).SPICEDB_STALENESS_MS).toBeUndefined();
    expect(settings({ ...connections, spicedbStalenessMs: 5_500 }, {}).SPICEDB_STALENESS_MS).toBe('5500');
    expect(settings({ ...connections, spicedbStalenessMs: 5_500 }, { SPICEDB_STALENESS_MS: '100' }).SPICEDB_STALENESS_MS).toBe('100');
  });
});
