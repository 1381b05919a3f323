import { authorizationConfigFrom, type AuthorizationConfig } from '#authorization';
import { TENANT_CREATION_RULES, TENANT_NAME_MAX_LENGTH, TENANT_SLUG_PATTERN, type TenantCreationRule } from '#iam';
import { logLevels, type LogLevel } from '#observability';
import { withoutTrailingSlash, type TrustedIssuer } from '../authentication/trusted-issuer.ts';
import { EnvironmentReader, type Environment } from './environment-reader.ts';
import { issuerSettings } from './issuer-settings.ts';

export interface PlatformAdminIdentity {
  readonly issuer: string;
  readonly subject: string;
}

/** Everything the API process reads from its environment. The README has the table. */
export interface ApiConfiguration {
  readonly host: string;
  readonly port: number;
  /** Where callers reach this server; for links. */
  readonly publicBaseUrl: string;
  readonly database: { readonly url: string; readonly poolSize: number };
  readonly redisUrl: string | undefined;
  readonly graph: AuthorizationConfig;
  readonly issuers: readonly TrustedIssuer[];
  readonly platformAdmins: readonly PlatformAdminIdentity[];
  readonly tenantCreation: TenantCreationRule;
  readonly defaultTenant: { readonly name: string; readonly slug: string };
  readonly readYourWritesWaitMs: number;
  readonly logLevel: LogLevel;
}

/** `<issuer>|<subject>`, separated by commas. The subject may hold `|`, the issuer, being a URL, does not. */
function platformAdmins(reader: EnvironmentReader): readonly PlatformAdminIdentity[] {
  const entries = (reader.optional('PLATFORM_ADMINS') ?? '').split(',').map((entry) => entry.trim());
  return entries
    .filter((entry) => entry !== '')
    .map((entry) => {
      const at = entry.indexOf('|');
      const [issuer, subject] = [withoutTrailingSlash(entry.slice(0, Math.max(at, 0))), entry.slice(at + 1)];
      if (at < 1 || subject === '') reader.complain(`PLATFORM_ADMINS: "${entry}" is not <issuer>|<subject>`);
      return { issuer, subject };
    });
}

function defaultTenant(reader: EnvironmentReader): ApiConfiguration['defaultTenant'] {
  const name = reader.optional('DEFAULT_TENANT_NAME') ?? 'Default';
  const slug = reader.optional('DEFAULT_TENANT_SLUG') ?? 'default';
  if ([...name].length > TENANT_NAME_MAX_LENGTH)
    reader.complain(`DEFAULT_TENANT_NAME must have at most ${TENANT_NAME_MAX_LENGTH} characters`);
  if (!TENANT_SLUG_PATTERN.test(slug)) reader.complain('DEFAULT_TENANT_SLUG must be 3 to 64 lower-case letters, digits and hyphens');
  return { name, slug };
}

/** Throws `ConfigurationInvalid`, which names everything that is wrong. */
export function apiConfiguration(environment: Environment): ApiConfiguration {
  const reader = new EnvironmentReader(environment);
  const host = reader.optional('HOST') ?? '127.0.0.1';
  const port = reader.whole('PORT', 3_000, [0, 65_535]);
  const databaseUrl = reader.required('DATABASE_URL', 'a postgres:// URL');
  if (databaseUrl !== '') reader.url('DATABASE_URL', databaseUrl, ['postgres:', 'postgresql:']);
  const redisUrl = reader.optional('REDIS_URL');
  reader.url('REDIS_URL', redisUrl, ['redis:', 'rediss:']);
  const publicBaseUrl = reader.optional('PUBLIC_BASE_URL') ?? `http://${host}:${port}`;
  reader.url('PUBLIC_BASE_URL', publicBaseUrl, ['http:', 'https:']);
  const configuration: ApiConfiguration = {
    host,
    port,
    publicBaseUrl: publicBaseUrl.replace(/\/+$/, ''),
    database: { url: databaseUrl, poolSize: reader.whole('DATABASE_POOL_SIZE', 10, [1, 500]) },
    redisUrl,
    graph: reader.part(authorizationConfigFrom),
    issuers: issuerSettings(reader),
    platformAdmins: platformAdmins(reader),
    tenantCreation: reader.choice('TENANT_CREATION', TENANT_CREATION_RULES, 'anyone'),
    defaultTenant: defaultTenant(reader),
    readYourWritesWaitMs: reader.whole('READ_YOUR_WRITES_WAIT_MS', 1_000, [0, 60_000]),
    logLevel: reader.choice('LOG_LEVEL', logLevels, 'info'),
  };
  reader.finish();
  return configuration;
}
