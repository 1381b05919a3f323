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
