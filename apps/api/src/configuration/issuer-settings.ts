import type { Environment } from '#configuration';
import { acceptedAlgorithms, withoutTrailingSlash, type AcceptedAlgorithm, type TrustedIssuer } from '../authentication/trusted-issuer.ts';

const devAudience = 'tenantry';
const members = ['issuer', 'audience', 'jwks_uri', 'algorithms', 'email_domains'];

const isText = (value: unknown): value is string => typeof value === 'string' && value.trim() !== '';
const textsIn = (value: unknown): string[] | undefined =>
  isText(value) ? [value] : Array.isArray(value) && value.length > 0 && value.every(isText) ? value : undefined;

/** Reads one entry of OIDC_ISSUERS, complaining about each thing that is wrong with it. */
class IssuerEntry {
  constructor(
    private readonly environment: Environment,
    private readonly name: string,
    private readonly entry: Readonly<Record<string, unknown>>,
    private readonly protocols: readonly string[],
  ) {}

  read(): TrustedIssuer {
    for (const member of Object.keys(this.entry)) if (!members.includes(member)) this.complain(`has an unknown member ${member}`);
    const jwksUri = this.address('jwks_uri');
    return {
      issuer: withoutTrailingSlash(this.address('issuer') ?? this.missing('issuer')),
      audiences: textsIn(this.entry.audience) ?? [this.missing('audience')],
      algorithms: this.algorithms(),
      emailDomains: this.emailDomains(),
      ...(jwksUri === undefined ? {} : { jwksUri }),
    };
  }

  private complain(problem: string): void {
    this.environment.reject(`${this.name} ${problem}`);
  }

  private missing(member: string): string {
    if (this.entry[member] === undefined) this.complain(`needs ${member}`);
    else this.complain(`: ${member} must be text`);
    return '';
  }

  private address(member: string): string | undefined {
    const value = this.entry[member];
    if (!isText(value)) return undefined;
    this.environment.url(`${this.name}: ${member}`, value, this.protocols);
    return value;
  }

  private algorithms(): readonly AcceptedAlgorithm[] {
    if (this.entry.algorithms === undefined) return acceptedAlgorithms;
    const asked = textsIn(this.entry.algorithms) ?? [];
    const known = acceptedAlgorithms.filter((algorithm) => asked.includes(algorithm));
    if (known.length === 0 || known.length !== asked.length) this.complain(`: algorithms must be among ${acceptedAlgorithms.join(', ')}`);
    return known;
  }

  private emailDomains(): readonly string[] {
    if (this.entry.email_domains === undefined) return [];
    const domains = textsIn(this.entry.email_domains);
    if (!domains) this.complain(': email_domains must be a list of domains, or ["*"]');
    return (domains ?? []).map((domain) => domain.toLowerCase());
  }
}

function configuredIssuers(environment: Environment, developmentMode: boolean): readonly TrustedIssuer[] {
  const text = environment.optional('OIDC_ISSUERS');
  if (text === undefined) return [];
  let entries: unknown;
  try {
    entries = JSON.parse(text);
  } catch {
    entries = undefined;
  }
  if (!Array.isArray(entries) || !entries.every((entry) => typeof entry === 'object' && entry !== null && !Array.isArray(entry))) {
    environment.reject('OIDC_ISSUERS must be a JSON array of objects such as {"issuer": "https://id.example.com", "audience": "tenantry"}');
    return [];
  }
  const protocols = developmentMode ? ['https:', 'http:'] : ['https:'];
  return entries.map((entry, at) =>
    new IssuerEntry(environment, `OIDC_ISSUERS[${at}]`, entry as Record<string, unknown>, protocols).read(),
  );
}

/** For a local issuer without entry in OIDC_ISSUERS: its address is enough. */
function developmentIssuer(environment: Environment): readonly TrustedIssuer[] {
  const issuer = environment.optional('DEV_ISSUER');
  if (issuer === undefined) return [];
  const url = URL.parse(environment.url('DEV_ISSUER', issuer, ['http:', 'https:']));
  if (url && !/^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname)) {
    environment.reject('DEV_ISSUER must be on this machine: it proves nothing about anybody');
  }
  return [{ issuer: withoutTrailingSlash(issuer), audiences: [devAudience], algorithms: acceptedAlgorithms, emailDomains: ['*'] }];
}

/**
 * Whose tokens count. Development mode admits issuers over plain http, such as the local one. It is one explicit switch,
 * never a consequence of something missing, and does not go together with NODE_ENV=production.
 */
export function issuerSettings(environment: Environment): readonly TrustedIssuer[] {
  const developmentMode = environment.flag('TENANTRY_DEV_MODE', false);
  if (developmentMode && environment.optional('NODE_ENV') === 'production') {
    environment.reject('TENANTRY_DEV_MODE=true with NODE_ENV=production: anybody could sign in as anybody. Unset one of them');
  }
  if (!developmentMode && environment.optional('DEV_ISSUER') !== undefined) {
    environment.reject('DEV_ISSUER is set, but TENANTRY_DEV_MODE is not true');
  }
  const issuers = [...configuredIssuers(environment, developmentMode), ...(developmentMode ? developmentIssuer(environment) : [])];
  if (issuers.length === 0) {
    environment.reject('nobody can sign in: set OIDC_ISSUERS, or for local use only TENANTRY_DEV_MODE=true with DEV_ISSUER');
  }
  const names = issuers.map(({ issuer }) => issuer).filter((issuer) => issuer !== '');
  if (new Set(names).size < names.length) environment.reject('the same issuer is configured twice');
  return issuers;
}
