/** Asymmetric only: with HS* whoever can verify a token can also make one. */
export const acceptedAlgorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
] as const;
export type AcceptedAlgorithm = (typeof acceptedAlgorithms)[number];

/** An OpenID provider whose tokens open this API. */
export interface TrustedIssuer {
  /** Without a trailing slash: the two spellings are one issuer, and one identity. */
  readonly issuer: string;
  /** The token must be meant for at least one of these. */
  readonly audiences: readonly string[];
  readonly algorithms: readonly AcceptedAlgorithm[];
  /** Where its keys are; found by discovery when absent. */
  readonly jwksUri?: string;
  /** Domains it may speak for when it says that an address is verified; `*` is every domain. Lower case. */
  readonly emailDomains: readonly string[];
}

export const withoutTrailingSlash = (issuer: string): string => issuer.replace(/\/+$/, '');
