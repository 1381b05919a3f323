/** How a call is carried: one answer, or a stream of answers. */
export type CallShape = 'unary' | 'serverStream';

/** A gRPC method of SpiceDB's API that is passed on byte for byte. */
export interface Method {
  readonly service: string;
  readonly name: string;
  readonly shape: CallShape;
}

const of = (service: string, shape: CallShape, names: readonly string[]): Method[] => names.map((name) => ({ service, name, shape }));

export const PERMISSIONS_SERVICE = 'authzed.api.v1.PermissionsService';
export const SCHEMA_SERVICE = 'authzed.api.v1.SchemaService';
export const WATCH_SERVICE = 'authzed.api.v1.WatchService';

/** What the bridge serves. Bulk import and export are not among it: the engine does not offer them, so they answer UNIMPLEMENTED. */
export const SERVED_METHODS: readonly Method[] = [
  ...of(PERMISSIONS_SERVICE, 'unary', [
    'CheckPermission',
    'CheckBulkPermissions',
    'ExpandPermissionTree',
    'WriteRelationships',
    'DeleteRelationships',
  ]),
  ...of(PERMISSIONS_SERVICE, 'serverStream', ['ReadRelationships', 'LookupResources', 'LookupSubjects']),
  ...of(SCHEMA_SERVICE, 'unary', ['ReadSchema', 'WriteSchema']),
  ...of(WATCH_SERVICE, 'serverStream', ['Watch']),
];

export function pathOf(method: Method): string {
  return `/${method.service}/${method.name}`;
}
