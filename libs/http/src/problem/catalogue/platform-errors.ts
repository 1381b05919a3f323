import { entry } from './entry.ts';

/** Rules of users and of the platform, and what operators meet. */
export const platformErrors = [
  entry(
    'platform_admin_required',
    403,
    'Platform admin required',
    'The route is for platform administrators, or the transaction found that you are no longer one.',
    'Ask a platform administrator.',
  ),
  entry(
    'user_not_found',
    [404, 422],
    'No such user',
    'There is no user with this id: 404 when the path names it, 422 when the body does.',
    'A user exists from their first request with a valid token on; their id is in GET /v1/me.',
  ),
  entry('user_not_active', 409, 'User not active', 'The user named is suspended or deactivated.', 'Reactivate the user first.'),
  entry(
    'user_deactivated',
    409,
    'User deactivated',
    'The user named is deactivated, which is for good: they can be neither suspended nor reactivated.',
    'Work with another user.',
  ),
  entry(
    'identity_invalid',
    401,
    'Unusable identity',
    'Issuer or subject of the token is too long, or holds control characters, so that no user can be kept under it.',
    'Check what the issuer puts into `sub`.',
  ),
  entry(
    'graph_not_whole',
    409,
    'Graph is being made anew',
    'The permission graph was lost, restored or never built, and is being made anew from PostgreSQL: a rebuild of it has nothing to add.',
    'Wait until `status` says ready.',
  ),
  entry(
    'already_platform_admin',
    409,
    'Already a platform admin',
    'This user is a platform administrator already.',
    'Nothing needs to be done.',
  ),
  entry(
    'platform_admin_not_found',
    404,
    'No such platform admin',
    'This user is not a platform administrator.',
    'List the platform administrators.',
  ),
  entry(
    'last_platform_admin',
    409,
    'Last platform admin',
    'The change would leave the platform without an active administrator.',
    'Make another active user platform administrator first.',
  ),
  entry(
    'graph_precondition_not_met',
    409,
    'Permission graph changed meanwhile',
    'A write to the permission graph found another state than it was made for. Workers meet this when another took their shard over; callers do not.',
    'Nothing needs to be done.',
  ),
  entry(
    'dead_event_not_found',
    404,
    'No such dead event',
    'No event at this position of the log is dead: it was applied, discarded, or never died.',
    'List the dead events.',
  ),
  entry(
    'shard_not_found',
    404,
    'No such shard',
    'The projection has no shard of this number.',
    'Look at the status of the projection for its shards.',
  ),
];
