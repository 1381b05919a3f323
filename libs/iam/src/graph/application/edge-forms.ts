import { graph, relationshipKey, type Relationship } from '#authorization';
import { MEMBER_SUBJECT_TYPES, type MemberSubjectType } from '../../workspaces/index.ts';
import * as edges from './edges.ts';

/** What stands for any id while a form is looked at. */
const some = 'some';

/** Every form of edge that f can make, with the same id everywhere. Made by the vocabulary itself: what it does not say does not exist. */
const forms: ReadonlySet<string> = new Set(
  [
    edges.platformAdministrator(some),
    edges.tenantPlatform(some),
    ...edges.tenantSuspension(some),
    ...edges.tenantMembership(some, some),
    edges.workspaceTenant(some, some),
    edges.workspaceInherits(some, some),
    ...edges.workspaceArchival(some),
    ...MEMBER_SUBJECT_TYPES.flatMap((type) => edges.workspaceMembership(some, type, some)),
    edges.groupTenant(some, some),
    ...edges.groupMembership(some, some),
  ].map(relationshipKey),
);

/** Whether rows could ever make such an edge, whatever its ids. `*` and the platform are no ids: they are part of the form. */
export function couldExist({ resource, relation, subject }: Relationship): boolean {
  const anyId = (object: { readonly type: string; readonly id: string }) => ({
    ...object,
    id: object.id === '*' || object.type === graph.platform.type ? object.id : some,
  });
  return forms.has(relationshipKey({ resource: anyId(resource), relation, subject: anyId(subject) }));
}

/** The edges of all roles that the subject of this one can have on its resource, highest first. Null when no role makes it. */
export function rolesBeside(relationship: Relationship): readonly Relationship[] | null {
  const all = membershipOf(relationship);
  const key = relationshipKey(relationship);
  return all.some((edge) => relationshipKey(edge) === key) ? all : null;
}

function membershipOf({ resource, subject }: Relationship): Relationship[] {
  switch (resource.type) {
    case graph.tenant.type:
      return edges.tenantMembership(resource.id, subject.id);
    case graph.group.type:
      return edges.groupMembership(resource.id, subject.id);
    case graph.workspace.type:
      return isMember(subject.type) ? edges.workspaceMembership(resource.id, subject.type, subject.id) : [];
    default:
      return [];
  }
}

const isMember = (type: string): type is MemberSubjectType => (MEMBER_SUBJECT_TYPES as readonly string[]).includes(type);
