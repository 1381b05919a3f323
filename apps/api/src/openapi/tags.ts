/** What the routes are about, in alphabetical order. A tag of a controller that is not here fails the linter. */
export const tags: readonly (readonly [name: string, description: string])[] = [
  ['audit', 'Who did what.'],
  ['groups', 'Groups of the users of a tenant, and who is in them.'],
  ['members', 'Who belongs to a tenant, with which role.'],
  ['operations', 'Monitoring, and long work that workers do.'],
  ['platform', 'Who administers this deployment.'],
  ['projection', 'What operators see of the projection into the permission graph, and do to it.'],
  ['tenants', 'The hard boundary between customers.'],
  ['users', 'Who exists, whatever their tenants.'],
  ['workspace members', 'Which users and groups have which role in a workspace.'],
  ['workspaces', 'The tree of a tenant.'],
];
