import { DomainError } from '#kernel';

/** When a membership ends by itself. Null: when somebody ends it. The same at every scope of a tenant. */
export type MembershipEnd = Date | null;

/** A membership past its end counts as removed, whenever its row goes. */
export const isOver = (end: MembershipEnd, at: Date): boolean => end !== null && end <= at;

/** True when a membership with this end goes on after the other one has ended. */
export const outlasts = (end: MembershipEnd, other: MembershipEnd): boolean => other !== null && (end === null || end > other);

export const sameEnd = (end: MembershipEnd, other: MembershipEnd): boolean => end?.getTime() === other?.getTime();

/** What has both ends is over with the first. */
export const earlierOf = (end: MembershipEnd, other: MembershipEnd): MembershipEnd => (outlasts(end, other) ? other : end);

/** Whoever is to stay longer is meant to stay until somebody says otherwise. */
export const MEMBERSHIP_END_MAX_YEARS = 10;

export class ExpiryNotAhead extends DomainError {
  override readonly kind = 'invalid';
  override readonly code = 'expiry_not_ahead';

  constructor() {
    super('The end of a membership must lie ahead.', { errors: [{ pointer: '/expires_at', detail: 'must be in the future' }] });
  }
}

export class ExpiryTooFar extends DomainError {
  override readonly kind = 'invalid';
  override readonly code = 'expiry_too_far';

  constructor() {
    super('The end of a membership lies too far ahead.', {
      errors: [{ pointer: '/expires_at', detail: `must be at most ${MEMBERSHIP_END_MAX_YEARS} years ahead` }],
    });
  }
}

/** Nobody grants for longer than they are there themselves. */
export class ExpiryBeyondOwn extends DomainError {
  override readonly kind = 'forbidden';
  override readonly code = 'expiry_beyond_own';

  constructor() {
    super('Nobody can grant for longer than their own membership lasts.', {
      errors: [{ pointer: '/expires_at', detail: 'is after the end of your own membership' }],
    });
  }
}

export class OwnExpiry extends DomainError {
  override readonly kind = 'forbidden';
  override readonly code = 'own_expiry';

  constructor() {
    super('Nobody can change the end of their own membership.', { errors: [{ pointer: '/expires_at', detail: 'is your own' }] });
  }
}

/** Throws `ExpiryNotAhead`, `ExpiryTooFar`. */
export function mustLieAhead(end: MembershipEnd, at: Date): void {
  if (end === null) return;
  if (!(end > at)) throw new ExpiryNotAhead();
  const furthest = new Date(at);
  furthest.setUTCFullYear(furthest.getUTCFullYear() + MEMBERSHIP_END_MAX_YEARS);
  if (end > furthest) throw new ExpiryTooFar();
}
