import { ADMINISTRATOR, AUDIENCE, type DevIdentity } from './dev-identity.ts';

export interface Connections {
  readonly databaseUrl: string;
  readonly spicedbEndpoint: string;
  readonly spicedbToken: string;
  readonly spicedbStalenessMs?: number;
  readonly identity: DevIdentity;
  readonly ports: { readonly api: number; readonly worker: number };
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** What the services read. Issuers and administrators the person named are kept beside the stack's own. */
export function settings(connections: Connections, env: Environment): Environment {
  const { identity, ports } = connections;
  return {
    TENANTRY_DEV_MODE: 'true',
    OIDC_ISSUERS: JSON.stringify([...givenIssuers(env.OIDC_ISSUERS), devIssuer(identity)]),
    PLATFORM_ADMINS: [env.PLATFORM_ADMINS, `${identity.name}|${ADMINISTRATOR}`].filter(Boolean).join(','),
    TENANT_CREATION: env.TENANT_CREATION ?? 'anyone',
    PUBLIC_BASE_URL: env.PUBLIC_BASE_URL ?? `http://127.0.0.1:${ports.api}`,
    LOG_LEVEL: env.LOG_LEVEL ?? 'info',
    DATABASE_URL: connections.databaseUrl,
    // Only the migration owns anything: the services are not given the means.
    DATABASE_OWNER_URL: undefined,
    SPICEDB_ENDPOINT: connections.spicedbEndpoint,
    SPICEDB_TOKEN: connections.spicedbToken,
    SPICEDB_INSECURE: env.SPICEDB_INSECURE ?? String(isLoopback(connections.spicedbEndpoint)),
    SPICEDB_STALENESS_MS: env.SPICEDB_STALENESS_MS ?? connections.spicedbStalenessMs?.toString(),
    HOST: '127.0.0.1',
    PORT: String(ports.api),
    WORKER_PORT: String(ports.worker),
  };
}

/** Told where the keys are: found by its name alone, an issuer that had to move to another port would be lost. */
function devIssuer({ name, issuer }: DevIdentity): object {
  return { issuer: name, audience: AUDIENCE, jwks_uri: issuer.jwksUri, algorithms: ['ES256'], email_domains: ['*'] };
}

function givenIssuers(text: string | undefined): unknown[] {
  if (!text) return [];
  const issuers: unknown = JSON.parse(text);
  if (!Array.isArray(issuers)) throw new Error('OIDC_ISSUERS must be a JSON array.');
  return issuers;
}

const isLoopback = (endpoint: string): boolean => /^(127\.|localhost:|\[::1\])/.test(endpoint);
