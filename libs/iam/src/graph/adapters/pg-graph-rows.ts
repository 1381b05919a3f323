import { graph, relationshipKey, type Relationship, type SubjectRef } from '#authorization';
import type { SqlExecutor } from '#database';
import * as f from '../application/relationships-of-rows.ts';
import { byKey } from './pg-graph-rows-sql.ts';

const keyOf = (...parts: readonly string[]) => parts.join(' ');

/** Collects which rows decide about some edges. */
class Wanted {
  readonly tenants = new Set<string>();
  readonly workspaces = new Set<string>();
  readonly platformAdmins = new Set<string>();
  readonly tenantMembers = new Map<string, readonly [string, string]>();
  readonly workspaceMembers = new Map<string, readonly [string, string, string]>();
  readonly groups = new Set<string>();
  readonly groupMembers = new Map<string, readonly [string, string]>();

  add({ resource, relation, subject }: Relationship): void {
    if (resource.type === graph.platform.type) this.platformAdmins.add(subject.id);
    else if (resource.type === graph.tenant.type) this.addTenantEdge(resource.id, relation, subject.id);
    else if (resource.type === graph.workspace.type) this.addWorkspaceEdge(resource.id, relation, subject);
    else if (resource.type === graph.group.type) this.addGroupEdge(resource.id, relation, subject.id);
  }

  private addTenantEdge(tenantId: string, relation: string, subjectId: string): void {
    if (relation === 'platform' || relation === 'suspended') this.tenants.add(tenantId);
    else this.tenantMembers.set(keyOf(tenantId, subjectId), [tenantId, subjectId]);
  }

  private addWorkspaceEdge(workspaceId: string, relation: string, subject: SubjectRef): void {
    if (relation === 'tenant' || relation === 'inherits' || relation === 'archived') this.workspaces.add(workspaceId);
    else this.workspaceMembers.set(keyOf(workspaceId, subject.type, subject.id), [workspaceId, subject.type, subject.id]);
  }

  private addGroupEdge(groupId: string, relation: string, subjectId: string): void {
    if (relation === 'tenant') this.groups.add(groupId);
    else this.groupMembers.set(keyOf(groupId, subjectId), [groupId, subjectId]);
  }
}

/** Of some keys the first parts, the second parts, and so on: what `unnest` takes. */
const columns = (width: number, keys: Iterable<readonly string[]>): string[][] => {
  const all = [...keys];
  return Array.from({ length: width }, (_, nth) => all.map((key) => key[nth] ?? ''));
};

/** f over the rows behind the given edges; possibly more edges than asked for, never fewer that exist. One round trip. */
export async function edgesBehind(snapshot: SqlExecutor, footprint: readonly Relationship[]): Promise<Map<string, Relationship>> {
  const wanted = new Wanted();
  for (const edge of footprint) wanted.add(edge);
  const read = async <Row>(
    statement: { name: string; text: string },
    values: readonly string[][],
    edgesOf: (row: Row) => Relationship[],
  ) => (values[0]?.length === 0 ? [] : (await snapshot.query<Row>(statement.text, values, statement.name)).rows.flatMap(edgesOf));
  const found = await Promise.all([
    read<f.TenantRow>(byKey.tenants, [[...wanted.tenants]], (row) => [...f.ofTenant(row), ...f.ofTenantState(row)]),
    read<f.TenantMemberRow>(byKey.tenantMembers, columns(2, wanted.tenantMembers.values()), f.ofTenantMember),
    read<f.WorkspaceRow>(byKey.workspaces, [[...wanted.workspaces]], (row) => [...f.ofWorkspace(row), ...f.ofWorkspaceState(row)]),
    read<f.WorkspaceMemberRow>(byKey.workspaceMembers, columns(3, wanted.workspaceMembers.values()), f.ofWorkspaceMember),
    read<f.GroupRow>(byKey.groups, [[...wanted.groups]], f.ofGroup),
    read<f.GroupMemberRow>(byKey.groupMembers, columns(2, wanted.groupMembers.values()), f.ofGroupMember),
    read<f.PlatformAdminRow>(byKey.platformAdmins, [[...wanted.platformAdmins]], f.ofPlatformAdmin),
  ]);
  return new Map(found.flat().map((edge) => [relationshipKey(edge), edge]));
}
