import { entry } from './entry.ts';

/** Who is asking, and whether they may. */
export const accessErrors = [
  entry(
    'authentication_required',
    401,
    'Authentication required',
    'The route needs an access token and none came.',
    'Send `Authorization: Bearer <token>` with a token of a configured OIDC issuer.',
  ),
  entry(
    'invalid_token',
    401,
    'Access token refused',
    'The token is malformed, expired, not valid yet, signed with a key or algorithm that is not accepted, issued by somebody else, or meant for another audience. `detail` says which.',
    'Get a new token. An operator finds the full reason in the log, under the request id.',
  ),
  entry(
    'user_suspended',
    403,
    'User suspended',
    'Your user was suspended or deactivated. Nothing is reachable until a platform administrator reactivates it.',
    'Ask a platform administrator.',
  ),
  entry(
    'permission_denied',
    403,
    'Permission denied',
    'You can see the resource, but your role does not allow this.',
    'Ask an administrator of the tenant for a role that does.',
  ),
  entry(
    'authorization_unavailable',
    503,
    'Permissions cannot be checked',
    'The permission graph cannot be asked now, or is being rebuilt. Nothing was changed: without an answer every request is refused.',
    'Repeat the request after the time in Retry-After. Operators: see /readyz.',
  ),
  entry(
    'issuer_unavailable',
    503,
    'Token issuer cannot be reached',
    'The signing keys of the token issuer cannot be fetched now, so the token could be neither accepted nor refused.',
    'Repeat the request after the time in Retry-After. Operators: check that the issuer answers from this host.',
  ),
  entry(
    'database_unavailable',
    503,
    'Database cannot be reached',
    'PostgreSQL does not answer now. Whether a change was made is certain: it was not.',
    'Repeat the request after the time in Retry-After. Operators: see /readyz.',
  ),
  entry(
    'internal_error',
    500,
    'Internal error',
    'Something failed that should not have. The cause is in the log, under the request id.',
    'Repeat the request once; if it fails again, report the request id.',
  ),
  entry(
    'constraint_violation',
    409,
    'Conflict with the current state',
    'The database refused the change because of what else it holds.',
    'Read the resources involved again and repeat the change.',
  ),
];
