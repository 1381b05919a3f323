/** How to reach the permission engine, from the environment. */
export interface AuthorizationConfig {
  /** SPICEDB_ENDPOINT, `host:port`. */
  readonly endpoint: string;
  /** SPICEDB_TOKEN, the preshared key. */
  readonly token: string;
  /** SPICEDB_INSECURE. Plain text by default only to this machine itself; TLS to any other. */
  readonly insecure: boolean;
  /** SPICEDB_STALENESS_MS: how far the engine's fast answers may lag behind, as it is configured. Default 1,000. */
  readonly stalenessMs: number;
}

/** Throws an error that names every setting that is missing or wrong. */
export function authorizationConfigFrom(environment: Readonly<Record<string, string | undefined>>): AuthorizationConfig {
  const { SPICEDB_ENDPOINT: endpoint = '', SPICEDB_TOKEN: token = '', SPICEDB_INSECURE, SPICEDB_STALENESS_MS = '1000' } = environment;
  const problems: string[] = [];
  const [, host, port] = /^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+):(\d{1,5})$/.exec(endpoint) ?? [];
  if (host === undefined || Number(port) < 1 || Number(port) > 65_535)
    problems.push('SPICEDB_ENDPOINT must be host:port, such as spicedb:50051');
  if (token.trim() === '') problems.push('SPICEDB_TOKEN must be the preshared key of SpiceDB');
  if (SPICEDB_INSECURE !== undefined && !['true', 'false'].includes(SPICEDB_INSECURE))
    problems.push('SPICEDB_INSECURE must be true or false');
  if (!/^\d{1,6}$/.test(SPICEDB_STALENESS_MS)) problems.push('SPICEDB_STALENESS_MS must be a whole number of milliseconds');
  if (problems.length > 0) throw new Error(`Settings of the permission engine: ${problems.join('; ')}.`);
  return {
    endpoint,
    token,
    insecure: SPICEDB_INSECURE === undefined ? isLoopback(host ?? '') : SPICEDB_INSECURE === 'true',
    stalenessMs: Number(SPICEDB_STALENESS_MS),
  };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}
