// Generated from schema.zed by `npm run generate:graph`. Do not edit: `npm run generate:check` compares.

/** SHA-256 of the normalised schema this code was built with. */
export const graphSchemaDigest = 'f9d135ef7a2d0e4eee9241586024c200c640908cb6a5d15990fce47b44efd06e';

/** Every definition with its relations and permissions, so that a misspelt name does not compile. */
export const graph = {
  group: {
    type: 'group',
    relations: {
      tenant: 'tenant',
      admin: 'admin',
      member: 'member',
    },
    permissions: {
      view: 'view',
      manage: 'manage',
    },
  },
  platform: {
    type: 'platform',
    relations: {
      administrator: 'administrator',
    },
    permissions: {
      administrate: 'administrate',
    },
  },
  projection_batch: {
    type: 'projection_batch',
    relations: {},
    permissions: {},
  },
  projection_epoch: {
    type: 'projection_epoch',
    relations: {
      current: 'current',
    },
    permissions: {},
  },
  projection_probe: {
    type: 'projection_probe',
    relations: {},
    permissions: {},
  },
  projection_shard: {
    type: 'projection_shard',
    relations: {
      marker: 'marker',
    },
    permissions: {},
  },
  resource: {
    type: 'resource',
    relations: {
      tenant: 'tenant',
      workspace: 'workspace',
      owner: 'owner',
      editor: 'editor',
      viewer: 'viewer',
    },
    permissions: {
      view: 'view',
      edit: 'edit',
      own: 'own',
    },
  },
  service_account: {
    type: 'service_account',
    relations: {},
    permissions: {},
  },
  tenant: {
    type: 'tenant',
    relations: {
      platform: 'platform',
      admin: 'admin',
      operator: 'operator',
      member: 'member',
      suspended: 'suspended',
    },
    permissions: {
      access: 'access',
      view: 'view',
      operate: 'operate',
      administrate: 'administrate',
      govern: 'govern',
    },
  },
  user: {
    type: 'user',
    relations: {},
    permissions: {},
  },
  workspace: {
    type: 'workspace',
    relations: {
      tenant: 'tenant',
      inherits: 'inherits',
      owner: 'owner',
      admin: 'admin',
      member: 'member',
      viewer: 'viewer',
      archived: 'archived',
    },
    permissions: {
      holds_owner: 'holds_owner',
      holds_admin: 'holds_admin',
      holds_member: 'holds_member',
      holds_viewer: 'holds_viewer',
      see: 'see',
      view: 'view',
      edit: 'edit',
      manage: 'manage',
      create_child: 'create_child',
      own: 'own',
    },
  },
} as const;
