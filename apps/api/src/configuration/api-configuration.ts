import { Environment, readConnections, type ConnectionSettings } from '#configuration';
import {
  DEFAULT_WORKSPACE_MAX_DEPTH,
  HIGHEST_WORKSPACE_MAX_DEPTH,
  TENANT_CREATION_RULES,
  TENANT_NAME_MAX_LENGTH,
  TENANT_SLUG_PATTERN,
  type TenantCreationRule,
} from '#iam';
import { logLevels, readTracing, type LogLevel, type TracingSettings } from '#observability';
import { withoutTrailingSlash, type TrustedIssuer } from '../authentication/trusted-issuer.ts';
import { issuerSettings } from './issuer-settings.ts';
import { trustedProxies } from './trusted-proxies.ts';

export interface PlatformAdminIdentity {
  readonly issuer: string;
  readonly subject: string;
}

/** Everything the API process reads from its environment. docs/deployment.md has the table. */
export interface ApiConfiguration {
  readonly host: string;
  readonly port: number;
  /** Where callers reach this server; for links. */
  readonly publicBaseUrl: string;
  readonly connections: ConnectionSettings;
  readonly databasePoolSize: number;
  readonly issuers: readonly TrustedIssuer[];
  readonly platformAdmins: readonly PlatformAdminIdentity[];
  readonly tenantCreation: TenantCreationRule;
  /** Levels of a tenant's tree of workspaces, the root's included. */
  readonly workspaceMaxDepth: number;
  readonly defaultTenant: { readonly name: string; readonly slug: string };
  readonly readYourWritesWaitMs: number;
  /** Requests a minute, in this process: of a user, and of an address without a valid token. */
  readonly rateLimits: { readonly user: number; readonly address: number };
  /** Addresses and networks whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[];
  /** How long a stopping process goes on taking requests while readiness says no, for balancers to notice. */
  readonly shutdownDelayMs: number;
  readonly logLevel: LogLevel;
  /** Null: nothing is recorded, and nothing of it costs anything. */
  readonly tracing: TracingSettings | null;
  /** A caller's `traceparent` is the beginning of our trace, and says whether it is recorded; otherwise ours only points to it. */
  readonly tracesContinueCallers: boolean;
}

const rates = { min: 1, max: 1_000_000 };

/** `<issuer>|<subject>`, separated by commas. The subject may hold `|`, the issuer, being a URL, does not. */
function platformAdmins(environment: Environment): readonly PlatformAdminIdentity[] {
  const entries = (environment.optional('PLATFORM_ADMINS') ?? '').split(',').map((entry) => entry.trim());
  return entries
    .filter((entry) => entry !== '')
    .map((entry) => {
      const at = entry.indexOf('|');
      const [issuer, subject] = [withoutTrailingSlash(entry.slice(0, Math.max(at, 0))), entry.slice(at + 1)];
      if (at < 1 || subject === '') environment.reject(`PLATFORM_ADMINS: "${entry}" is not <issuer>|<subject>`);
      return { issuer, subject };
    });
}

function defaultTenant(environment: Environment): ApiConfiguration['defaultTenant'] {
  const name = environment.optional('DEFAULT_TENANT_NAME') ?? 'Default';
  const slug = environment.optional('DEFAULT_TENANT_SLUG') ?? 'default';
  if ([...name].length > TENANT_NAME_MAX_LENGTH)
    environment.reject(`DEFAULT_TENANT_NAME must have at most ${TENANT_NAME_MAX_LENGTH} characters`);
  if (!TENANT_SLUG_PATTERN.test(slug)) environment.reject('DEFAULT_TENANT_SLUG must be 3 to 64 lower-case letters, digits and hyphens');
  return { name, slug };
}

/** Throws `ConfigurationInvalid`, which names everything that is wrong. */
export function apiConfiguration(variables: Readonly<Record<string, string | undefined>>): ApiConfiguration {
  const environment = new Environment(variables);
  const host = environment.optional('HOST') ?? '127.0.0.1';
  const port = environment.integer('PORT', 3_000, { min: 0, max: 65_535 });
  const publicBaseUrl = environment.optional('PUBLIC_BASE_URL') ?? `http://${host}:${port}`;
  return environment.settled({
    host,
    port,
    publicBaseUrl: environment.url('PUBLIC_BASE_URL', publicBaseUrl, ['http:', 'https:']).replace(/\/+$/, ''),
    connections: readConnections(environment),
    databasePoolSize: environment.integer('DATABASE_POOL_SIZE', 10, { min: 1, max: 500 }),
    issuers: issuerSettings(environment),
    platformAdmins: platformAdmins(environment),
    tenantCreation: environment.oneOf('TENANT_CREATION', TENANT_CREATION_RULES, 'anyone'),
    workspaceMaxDepth: environment.integer('WORKSPACE_MAX_DEPTH', DEFAULT_WORKSPACE_MAX_DEPTH, {
      min: 1,
      max: HIGHEST_WORKSPACE_MAX_DEPTH,
    }),
    defaultTenant: defaultTenant(environment),
    readYourWritesWaitMs: environment.integer('READ_YOUR_WRITES_WAIT_MS', 1_000, { min: 0, max: 60_000 }),
    rateLimits: {
      user: environment.integer('RATE_LIMIT_USER_PER_MINUTE', 600, rates),
      address: environment.integer('RATE_LIMIT_ADDRESS_PER_MINUTE', 120, rates),
    },
    trustedProxies: trustedProxies(environment),
    shutdownDelayMs: environment.integer('SHUTDOWN_DELAY_MS', 0, { min: 0, max: 25_000 }),
    logLevel: environment.oneOf('LOG_LEVEL', logLevels, 'info'),
    tracing: readTracing(environment, 'api'),
    tracesContinueCallers: environment.flag('TRACES_CONTINUE_CALLERS', false),
  });
}
