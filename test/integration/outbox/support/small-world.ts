import * as iam from '#iam';
import { DomainError, type Actor, type GroupId, type TenantId, type UserId, type WorkspaceId } from '#kernel';
import { actingProduct, actingUser } from '#kernel/testing';
import type { ProjectionBench } from './projection-bench.ts';
import type { Kind, Step } from './random-commands.ts';

/** Short enough to pass while a run goes on, long enough to be in the graph for a while. */
export const soonMs = 350;

const ahead = { soon: soonMs, 'in an hour': 3_600_000, 'in a day': 86_400_000 };

interface Place<Id> {
  readonly id: Id;
  readonly version: number;
}

/** What a step is about, found in the rows as they are when it is taken. */
interface Scene {
  readonly actor: Actor;
  readonly tenantId: TenantId;
  readonly userId: UserId;
  readonly expiresAt: Date | null;
  readonly workspace: Place<WorkspaceId>;
  readonly otherWorkspace: Place<WorkspaceId>;
  readonly group: Place<GroupId> | undefined;
  readonly subject: iam.MemberSubject;
}

type Doing = (scene: Scene, step: Step) => Promise<unknown>;

/** Two tenants and four users, in which a step means something. What a rule refuses is refused; everything else is a failure. */
export class SmallWorld {
  readonly tenants: TenantId[] = [];
  readonly users: UserId[] = [];
  private names = 0;

  private constructor(private readonly bench: ProjectionBench) {}

  static async create(bench: ProjectionBench): Promise<SmallWorld> {
    const world = new SmallWorld(bench);
    while (world.users.length < 4) world.users.push(await bench.user());
    for (const nth of [0, 1]) {
      const { id, root } = await bench.tenant(world.users[nth] as UserId);
      world.tenants.push(id);
      await bench.iam.do(actingProduct, iam.CreateChildWorkspace, { tenantId: id, parentId: root, name: 'Below' });
      await bench.iam.do(actingProduct, iam.AddTenantMember, { tenantId: id, userId: world.users[nth + 1] as UserId, role: 'member' });
      await bench.iam.do(actingUser(world.users[nth] as UserId), iam.CreateGroup, { tenantId: id, name: 'Group' });
    }
    return world;
  }

  /** False when a rule of the product refused it. */
  async take(step: Step): Promise<boolean> {
    const scene = await this.sceneOf(step);
    try {
      await this.doing[step.kind as Exclude<Kind, 'time passes' | 'drain' | 'crash'>](scene, step);
      return true;
    } catch (error) {
      if (error instanceof DomainError && error.kind !== 'unavailable' && error.kind !== 'internal') return false;
      throw error;
    }
  }

  private async sceneOf({ tenant, user, place, other, end, flag, byUser }: Step): Promise<Scene> {
    const tenantId = this.tenants[tenant] as TenantId;
    const places = <Id>(table: string) =>
      this.bench.owner.query<Place<Id> & object>(`SELECT id, version FROM ${table} WHERE tenant_id = $1 ORDER BY id`, [tenantId]);
    const [workspaces, groups] = [await places<WorkspaceId>('workspaces'), await places<GroupId>('groups')];
    const userId = this.users[user % this.users.length] as UserId;
    const group = groups[other % Math.max(1, groups.length)];
    return {
      actor: byUser ? actingUser(this.users[other % this.users.length] as UserId) : actingProduct,
      tenantId,
      userId,
      expiresAt: end === 'never' ? null : new Date(Date.now() + ahead[end]),
      workspace: workspaces[place % workspaces.length] as Place<WorkspaceId>,
      otherWorkspace: workspaces[other % workspaces.length] as Place<WorkspaceId>,
      group,
      subject: flag && group !== undefined ? { type: 'group', id: group.id } : { type: 'user', id: userId },
    };
  }

  private readonly doing: Readonly<Record<Exclude<Kind, 'time passes' | 'drain' | 'crash'>, Doing>> = {
    'add member': ({ actor, ...at }, { tenantRole: role }) => this.bench.iam.do(actor, iam.AddTenantMember, { ...at, role }),
    'change member': async ({ actor, expiresAt, ...at }, { tenantRole, flag }) =>
      this.bench.iam.do(actor, iam.ChangeTenantMember, {
        ...at,
        ...(flag ? { role: tenantRole } : { expiresAt }),
        expectedVersion: await this.version('tenant_members', 'tenant_id = $1 AND user_id = $2', at.tenantId, at.userId),
      }),
    'remove member': async ({ actor, ...at }) =>
      this.bench.iam.do(actor, iam.RemoveTenantMember, {
        ...at,
        expectedVersion: await this.version('tenant_members', 'tenant_id = $1 AND user_id = $2', at.tenantId, at.userId),
      }),
    leave: ({ userId, tenantId }) => this.bench.iam.do(actingUser(userId), iam.LeaveTenant, { tenantId }),
    appoint: ({ tenantId, userId }) => this.bench.iam.do(actingProduct, iam.AppointFirstAdmin, { tenantId, userId }),
    'rename tenant': async ({ actor, tenantId }) =>
      this.bench.iam.do(actor, iam.ChangeTenant, {
        tenantId,
        name: this.name(),
        expectedVersion: await this.version('tenants', 'id = $1', tenantId),
      }),
    'suspend tenant': ({ tenantId }) => this.bench.iam.do(actingProduct, iam.SuspendTenant, { tenantId }),
    'restore tenant': ({ tenantId }) => this.bench.iam.do(actingProduct, iam.RestoreTenant, { tenantId }),
    'suspend user': ({ userId }) => this.bench.iam.do(actingProduct, iam.SuspendUser, { userId }),
    'reactivate user': ({ userId }) => this.bench.iam.do(actingProduct, iam.ReactivateUser, { userId }),
    'grant platform': ({ userId }) => this.bench.iam.do(actingProduct, iam.GrantPlatformAdmin, { userId }),
    'revoke platform': ({ userId }) => this.bench.iam.do(actingProduct, iam.RevokePlatformAdmin, { userId }),
    'create workspace': ({ actor, tenantId, workspace }, { flag: inherits }) =>
      this.bench.iam.do(actor, iam.CreateChildWorkspace, { tenantId, parentId: workspace.id, name: this.name(), inherits }),
    'move workspace': ({ actor, tenantId, workspace, otherWorkspace }) =>
      this.bench.iam.do(actor, iam.MoveWorkspace, { tenantId, workspaceId: workspace.id, parentId: otherWorkspace.id }),
    'change inheritance': ({ actor, tenantId, workspace: { id: workspaceId, version } }, { flag: inherits }) =>
      this.bench.iam.do(actor, iam.ChangeWorkspaceInheritance, { tenantId, workspaceId, inherits, expectedVersion: version }),
    'archive workspace': ({ actor, tenantId, workspace }, { flag: subtree }) =>
      this.bench.iam.do(actor, iam.ArchiveWorkspace, { tenantId, workspaceId: workspace.id, subtree }),
    'unarchive workspace': ({ actor, tenantId, workspace }) =>
      this.bench.iam.do(actor, iam.UnarchiveWorkspace, { tenantId, workspaceId: workspace.id }),
    'delete workspace': ({ actor, tenantId, workspace: { id: workspaceId, version } }) =>
      this.bench.iam.do(actor, iam.DeleteWorkspace, { tenantId, workspaceId, expectedVersion: version }),
    'add to workspace': ({ actor, tenantId, workspace, subject, expiresAt }, { workspaceRole: role }) =>
      this.bench.iam.do(actor, iam.AddWorkspaceMember, {
        ...{ tenantId, workspaceId: workspace.id, subject, role },
        expiresAt: subject.type === 'group' ? null : expiresAt,
      }),
    'change in workspace': async ({ actor, tenantId, workspace: { id: workspaceId }, subject, expiresAt }, { workspaceRole, place }) =>
      this.bench.iam.do(actor, iam.ChangeWorkspaceMember, {
        ...{ tenantId, workspaceId, subject },
        ...(place % 2 === 0 ? { role: workspaceRole } : { expiresAt }),
        expectedVersion: await this.version('workspace_members', 'workspace_id = $1 AND subject_id = $2', workspaceId, subject.id),
      }),
    'remove from workspace': async ({ actor, tenantId, workspace: { id: workspaceId }, subject }) =>
      this.bench.iam.do(actor, iam.RemoveWorkspaceMember, {
        ...{ tenantId, workspaceId, subject },
        expectedVersion: await this.version('workspace_members', 'workspace_id = $1 AND subject_id = $2', workspaceId, subject.id),
      }),
    'leave workspace': ({ userId, tenantId, workspace }) =>
      this.bench.iam.do(actingUser(userId), iam.LeaveWorkspace, { tenantId, workspaceId: workspace.id }),
    'hand over workspace': ({ actor, tenantId, workspace, userId }) =>
      this.bench.iam.do(actor, iam.TransferWorkspaceOwnership, { tenantId, workspaceId: workspace.id, userId }),
    'create group': ({ userId, tenantId }) => this.bench.iam.do(actingUser(userId), iam.CreateGroup, { tenantId, name: this.name() }),
    'add to group': ({ actor, group, ...at }, { groupRole: role }) =>
      this.bench.iam.do(actor, iam.AddGroupMember, { ...at, groupId: idOf(group), role }),
    'change in group': async ({ actor, group, expiresAt, ...at }, { groupRole, flag }) =>
      this.bench.iam.do(actor, iam.ChangeGroupMember, {
        ...{ ...at, groupId: idOf(group) },
        ...(flag ? { role: groupRole } : { expiresAt }),
        expectedVersion: await this.version('group_members', 'group_id = $1 AND user_id = $2', idOf(group), at.userId),
      }),
    'remove from group': async ({ actor, group, ...at }) =>
      this.bench.iam.do(actor, iam.RemoveGroupMember, {
        ...{ ...at, groupId: idOf(group) },
        expectedVersion: await this.version('group_members', 'group_id = $1 AND user_id = $2', idOf(group), at.userId),
      }),
    'delete group': ({ actor, tenantId, group }) =>
      this.bench.iam.do(actor, iam.DeleteGroup, { tenantId, groupId: idOf(group), expectedVersion: group?.version ?? 1 }),
    'clean up': () => this.bench.iam.do(actingProduct, iam.CleanUpExpiredMemberships, undefined),
  };

  private name(): string {
    this.names += 1;
    return `Name ${this.names}`;
  }

  private async version(table: string, condition: string, ...values: string[]): Promise<number> {
    const rows = await this.bench.owner.query<{ version: number }>(`SELECT version FROM ${table} WHERE ${condition}`, values);
    return rows[0]?.version ?? 1;
  }
}

/** Of no group when there is none: refused, like anything that is not there. */
const idOf = (group: Place<GroupId> | undefined): GroupId => group?.id ?? ('01JD8M3T5W0000000000000000' as GroupId);
