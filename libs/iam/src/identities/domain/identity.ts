import { IdentityInvalid } from './errors.ts';

/** Who an OpenID provider says it is: the pair is unique, and the only thing a user is recognised by. */
export interface Identity {
  readonly issuer: string;
  readonly subject: string;
}

export const ISSUER_MAX_LENGTH = 2_048;
/** OpenID Connect Core 1.0, section 2: at most 255 ASCII characters. */
export const SUBJECT_MAX_LENGTH = 255;

const printable = /^[^\p{Cc}\p{Cs}]+$/u;

/** Throws `IdentityInvalid`. */
export function identityOf({ issuer, subject }: Identity): Identity {
  const fits = [...issuer].length <= ISSUER_MAX_LENGTH && [...subject].length <= SUBJECT_MAX_LENGTH;
  if (!fits || !printable.test(issuer) || !printable.test(subject)) throw new IdentityInvalid();
  return { issuer, subject };
}
