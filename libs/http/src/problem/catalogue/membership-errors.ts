import { entry } from './entry.ts';

/** Rules that hold for memberships of tenants, workspaces and groups alike. */
export const membershipErrors = [
  entry(
    'member_not_found',
    404,
    'No such member',
    'Nobody of this id is a member here, or their membership has ended.',
    'List the members.',
  ),
  entry('already_member', 409, 'Already a member', 'Whom you want to add is a member here already.', 'Change the membership instead.'),
  entry(
    'user_not_member',
    422,
    'User not in the tenant',
    'Only members of the tenant get a role in it. This user is none, their membership has ended, or there is no such user.',
    'Add the user to the tenant first.',
  ),
  entry(
    'expiry_not_ahead',
    422,
    'End not in the future',
    'The end of a membership lies in the past.',
    'Send a moment in the future, or null for no end; to end a membership now, remove it.',
  ),
  entry(
    'expiry_too_far',
    422,
    'End too far ahead',
    'The end of a membership lies more than ten years ahead.',
    'Send a moment within ten years, or null for no end.',
  ),
  entry(
    'expiry_beyond_own',
    403,
    'End beyond your own',
    'Your own membership, by which you grant this one, ends before. Without an end counts as later than any.',
    'Send an end that is not after your own, or ask somebody whose membership lasts longer.',
  ),
  entry(
    'own_expiry',
    403,
    'End of your own membership',
    'Nobody changes the end of their own membership, in either direction.',
    'Ask another admin; to end your membership now, leave.',
  ),
];
