import type { CheckRequest } from './authorization-provider.ts';
import { graph } from './generated/graph-names.ts';
import type { ObjectRef, SubjectRef } from './relationship.ts';

export { graph, graphSchemaDigest } from './generated/graph-names.ts';

export type GraphType = keyof typeof graph;
export type RelationOf<T extends GraphType> = keyof (typeof graph)[T]['relations'] & string;
export type PermissionOf<T extends GraphType> = keyof (typeof graph)[T]['permissions'] & string;

/** This deployment: the only object of its type. */
export const platformObject: ObjectRef = { type: graph.platform.type, id: 'main' };

/** A resource of a sibling service; its own type is part of the id, so that a new type needs no new schema. */
export function resourceObject(type: string, id: string): ObjectRef {
  return { type: graph.resource.type, id: `${type}/${id}` };
}

/** "May this subject …?", with names that the compiler checks. */
export function checkOf<T extends GraphType>(type: T, id: string, permission: PermissionOf<T>, subject: SubjectRef): CheckRequest {
  return { resource: { type, id }, permission, subject };
}

/** "Does the graph hold this epoch?": no is the answer of a graph that was lost or restored, and not rebuilt yet. */
export function epochCheck(epoch: string): CheckRequest {
  return {
    resource: { type: graph.projection_epoch.type, id: epoch },
    permission: graph.projection_epoch.relations.current,
    subject: { type: graph.projection_probe.type, id: 'probe' },
  };
}

/** Every name this build uses, as the schema guard compares them: all of its own schema. */
export function usedNames(): readonly string[] {
  return Object.values(graph)
    .flatMap(({ type, relations, permissions }) => [
      type,
      ...[...Object.keys(relations), ...Object.keys(permissions)].map((member) => `${type}#${member}`),
    ])
    .sort();
}
