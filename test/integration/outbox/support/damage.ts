import { relationshipKey, type Relationship, type RelationshipUpdate } from '#authorization';
import { edge } from '#authorization/testing';
import { AddGroupMember, AddTenantMember, AddWorkspaceMember, CreateChildWorkspace, CreateGroup } from '#iam';
import type { GroupId, TenantId, UserId, WorkspaceId } from '#kernel';
import { actingUser, anId } from '#kernel/testing';
import type { ProjectionBench } from './projection-bench.ts';

/** One tenant with something of everything, and another one to cross over to. */
export interface DamageScene {
  readonly tenantId: TenantId;
  readonly root: WorkspaceId;
  readonly below: WorkspaceId;
  readonly otherTenant: TenantId;
  readonly groupId: GroupId;
  readonly ada: UserId;
  readonly ben: UserId;
  readonly cleo: UserId;
  readonly end: Date;
}

export async function damageScene(bench: ProjectionBench): Promise<DamageScene> {
  const [ada, ben, cleo] = [await bench.user(), await bench.user(), await bench.user()];
  const { id: tenantId, root } = await bench.tenant(ada);
  const { id: otherTenant } = await bench.tenant(ada);
  const actor = actingUser(ada);
  const end = new Date(Date.now() + 86_400_000);
  const { workspace_id: below } = await bench.iam.do(actor, CreateChildWorkspace, { tenantId, parentId: root, name: 'Below' });
  await bench.iam.do(actor, AddTenantMember, { tenantId, userId: ben, role: 'admin' });
  await bench.iam.do(actor, AddTenantMember, { tenantId, userId: cleo, role: 'member' });
  await bench.iam.do(actor, AddWorkspaceMember, {
    tenantId,
    workspaceId: below,
    subject: { type: 'user', id: ben },
    role: 'member',
    expiresAt: end,
  });
  const { group_id: groupId } = await bench.iam.do(actor, CreateGroup, { tenantId, name: `Group ${anId()}` });
  await bench.iam.do(actor, AddGroupMember, { tenantId, groupId, userId: cleo, role: 'member' });
  return { tenantId, root, below, otherTenant, groupId, ada, ben, cleo, end };
}

const touch = (relationship: Relationship): RelationshipUpdate => ({ operation: 'touch', relationship });
const remove = (relationship: Relationship): RelationshipUpdate => ({ operation: 'delete', relationship });

/** Writes past the projection, in each of the ways there are, and says what verifying must name. Sorted. */
export async function damage(bench: ProjectionBench, scene: DamageScene): Promise<string[]> {
  const { tenantId, root, below, otherTenant, groupId, ben, cleo, end } = scene;
  const [ghost, gone] = [anId(), anId()];
  const named: Record<string, readonly RelationshipUpdate[]> = {
    missing: [
      remove(edge(`group:${groupId}#member@user:${cleo}`)),
      remove(edge(`workspace:${below}#inherits@workspace:${root}`)),
      remove(edge(`tenant:${tenantId}#member@user:${ben}`)),
    ],
    extra: [
      touch(edge(`tenant:${tenantId}#member@user:${ghost}`)),
      touch(edge(`workspace:${below}#viewer@group:${groupId}#member`)),
      ...['user', 'service_account'].map((kind) => touch(edge(`tenant:${otherTenant}#suspended@${kind}:*`))),
    ],
    wrong_role: [
      touch(edge(`tenant:${tenantId}#admin@user:${cleo}`)),
      touch(edge(`tenant:${tenantId}#operator@user:${cleo}`)),
      remove(edge(`workspace:${root}#owner@user:${scene.ada}`)),
    ],
    wrong_expiry: [
      touch(edge(`workspace:${below}#member@user:${ben}`, new Date(end.getTime() + 3_600_000))),
      touch(edge(`workspace:${below}#viewer@user:${ben}`)),
      touch(edge(`tenant:${tenantId}#member@user:${cleo}`, end)),
    ],
    orphan: [touch(edge(`workspace:${gone}#tenant@tenant:${tenantId}`)), touch(edge(`group:${gone}#admin@user:${cleo}`))],
    foreign: [
      touch(edge(`workspace:${root}#tenant@tenant:${otherTenant}`)),
      touch(edge(`workspace:${below}#owner@service_account:${ghost}`)),
      touch(edge(`resource:file/${gone}#viewer@user:${cleo}`)),
    ],
  };
  await bench.graph.write(Object.values(named).flat());
  const names = Object.entries(named).flatMap(([kind, updates]) => updates.map(({ relationship }) => ({ kind, relationship })));
  return names.map(({ kind, relationship }) => `${kind} ${relationshipKey(relationship)}`).sort();
}
