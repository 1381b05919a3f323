/** What a token says about its user. Only ever a courtesy: what cannot be stored is left out and stops no login. */
export interface Claims {
  readonly email?: string | null;
  /** The caller has decided: the claim was the boolean `true`, and the issuer may speak for this domain. */
  readonly emailVerified?: boolean;
  readonly name?: string | null;
}

export interface Profile {
  readonly email: string | null;
  readonly emailVerified: boolean;
  readonly displayName: string | null;
}

/** What a later login adds to what is known. A verified address gives way only to another verified one; nothing is unlearned. */
export function refreshed(known: Profile, told: Profile): Profile {
  const takesAddress = told.email !== null && (told.emailVerified || !known.emailVerified);
  return {
    email: takesAddress ? told.email : known.email,
    emailVerified: takesAddress ? told.emailVerified : known.emailVerified,
    displayName: told.displayName ?? known.displayName,
  };
}

export function isSameProfile(one: Profile, other: Profile): boolean {
  return one.email === other.email && one.emailVerified === other.emailVerified && one.displayName === other.displayName;
}

export const EMAIL_MAX_LENGTH = 320;
export const DISPLAY_NAME_MAX_LENGTH = 255;

const addressShape = /^[^\s@\p{Cc}\p{Cs}]+@[^\s@\p{Cc}\p{Cs}]+$/u;

export function profileOf({ email, emailVerified, name }: Claims): Profile {
  const address = emailAddress(email ?? '');
  return { email: address, emailVerified: address !== null && emailVerified === true, displayName: displayName(name ?? '') };
}

/** Lower-case, so that a search by e-mail finds it. Null when it is no address. */
export function emailAddress(text: string): string | null {
  const address = text.trim().toLowerCase();
  return addressShape.test(address) && [...address].length <= EMAIL_MAX_LENGTH ? address : null;
}

function displayName(text: string): string | null {
  const printable = text.replace(/[\p{Cc}\p{Cs}]/gu, '').trim();
  return printable === '' ? null : [...printable].slice(0, DISPLAY_NAME_MAX_LENGTH).join('').trim();
}
