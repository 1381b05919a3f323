import { entry } from './entry.ts';

/** Rules that hold for memberships of tenants, workspaces and groups alike. */
export const membershipErrors = [
  entry(
    'expiry_not_ahead',
    422,
    'End not in the future',
    'The end of a membership lies in the past.',
    'Send a moment in the future, or null for no end; to end a membership now, remove it.',
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
