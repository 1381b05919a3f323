import { entry } from './entry.ts';

/** Rules of tenants, their members, users and the platform. */
export const tenancyErrors = [
  entry(
    'tenant_not_found',
    404,
    'No such tenant',
    'There is no tenant with this id or slug, or you are not in it. The two cannot be told apart.',
    'Check the id; ask an administrator of the tenant to add you.',
  ),
];
