import { UserNotActive } from '../../identities/index.ts';
import { UserNotMember } from '../domain/member-errors.ts';

/**
 * Of a user who is to get a role: whether they are active, null for no member of the tenant. The pointer is to where the
 * request named them. Throws `UserNotMember`, `UserNotActive`.
 */
export function mustBeActiveMember(isActive: boolean | null, pointer = '/subject/id'): void {
  if (isActive === null) throw new UserNotMember(pointer);
  if (!isActive) throw new UserNotActive();
}
