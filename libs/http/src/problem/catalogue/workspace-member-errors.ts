import { entry } from './entry.ts';

/** Rules of the members of workspaces. */
export const workspaceMemberErrors = [
  entry(
    'group_role_cannot_expire',
    422,
    'Role of a group cannot end',
    'Only the roles of users end by themselves; the request gives an end to that of a group.',
    'Leave `expires_at` out, or give an end to the memberships of the group.',
  ),
  entry(
    'last_workspace_owner',
    409,
    'Last owner of the workspace',
    'The change would leave the workspace without an owner who is an active user and whose role has no end.',
    'Make another active user owner first, without an end, or transfer the ownership.',
  ),
  entry(
    'already_workspace_owner',
    409,
    'Already an owner',
    'You want to hand the workspace to yourself, and own it already.',
    'Name somebody else.',
  ),
];
