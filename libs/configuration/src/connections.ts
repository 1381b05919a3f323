import type { Environment } from './environment.ts';

/** The servers that every process of a deployment shares. */
export interface ConnectionSettings {
  readonly databaseUrl: string;
  /** The queue is in PostgreSQL without it. */
  readonly redisUrl: string | undefined;
  readonly spicedb: {
    /** `host:port`. */
    readonly endpoint: string;
    readonly token: string;
    readonly insecure: boolean;
    /** Milliseconds that an answer may be old: its quantization window and extra staleness together. */
    readonly stalenessMs: number;
  };
}

const postgres = ['postgres:', 'postgresql:'];

export function readConnections(environment: Environment): ConnectionSettings {
  const databaseUrl = environment.required('DATABASE_URL', 'where PostgreSQL is, as postgres://user:password@host:port/database');
  const redisUrl = environment.optional('REDIS_URL');
  return {
    databaseUrl: environment.url('DATABASE_URL', databaseUrl, postgres),
    redisUrl: redisUrl === undefined ? undefined : environment.url('REDIS_URL', redisUrl, ['redis:', 'rediss:']),
    spicedb: readSpiceDb(environment),
  };
}

/** The login that may change the schema: the owner. The same as the runtime's unless said otherwise. */
export function readOwnerUrl(environment: Environment): string {
  const url = environment.optional('DATABASE_OWNER_URL') ?? environment.required('DATABASE_URL', 'where PostgreSQL is');
  return environment.url('DATABASE_OWNER_URL', url, postgres);
}

function readSpiceDb(environment: Environment): ConnectionSettings['spicedb'] {
  const endpoint = environment.required('SPICEDB_ENDPOINT', 'where SpiceDB serves gRPC, as host:port');
  if (endpoint !== '' && !/^[^:/\s]+:\d{1,5}$|^\[[0-9a-fA-F:]+\]:\d{1,5}$/.test(endpoint)) {
    environment.reject('SPICEDB_ENDPOINT must be host:port, without a protocol.');
  }
  return {
    endpoint,
    token: environment.required('SPICEDB_TOKEN', "SpiceDB's preshared key"),
    insecure: environment.flag('SPICEDB_INSECURE', isLoopback(endpoint)),
    stalenessMs: environment.integer('SPICEDB_STALENESS_MS', 1_000, { min: 0, max: 60_000 }),
  };
}

/** Plain text is the default only where nobody else can listen. */
export function isLoopback(endpoint: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\]):/.test(endpoint);
}
