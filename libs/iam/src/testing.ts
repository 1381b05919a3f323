import { UlidGenerator, type GroupId, type TenantId, type UserId, type WorkspaceId } from '#kernel';
import { anId, InMemoryTable, InMemoryUnitOfWork, StoppedClock } from '#kernel/testing';
import { UserProvisioning } from './identities/application/user-provisioning.ts';
import type { UserStatus } from './identities/domain/user.ts';
import { GroupAccess } from './groups/application/group-access.ts';
import { GroupEnding } from './groups/application/group-ending.ts';
import { TenantGroups } from './groups/application/tenant-groups.ts';
import { groupName } from './groups/domain/group-name.ts';
import type { GroupRole } from './groups/domain/group-role.ts';
import * as groups from './groups/testing/in-memory-groups.ts';
import * as identities from './identities/testing/in-memory-identities.ts';
import { MemberAdmission } from './tenancy/application/member-admission.ts';
import { MemberRemoval } from './tenancy/application/member-removal.ts';
import { TenantAccess } from './tenancy/application/tenant-access.ts';
import { TenantCreationPolicy, type TenantCreationRule } from './tenancy/application/tenant-creation-policy.ts';
import { TenantFoundation } from './tenancy/application/tenant-foundation.ts';
import { TenantGovernance } from './tenancy/application/tenant-governance.ts';
import { emptyMetadata } from './tenancy/domain/tenant-metadata.ts';
import { tenantName } from './tenancy/domain/tenant-name.ts';
import { TENANT_ROLES, type TenantRole } from './tenancy/domain/tenant-role.ts';
import { slugDerivedFrom } from './tenancy/domain/tenant-slug.ts';
import * as tenancy from './tenancy/testing/in-memory-tenancy.ts';
import { TenantWorkspaces } from './workspaces/application/tenant-workspaces.ts';
import { WorkspaceAccess } from './workspaces/application/workspace-access.ts';
import { WorkspaceMemberAccess } from './workspaces/application/workspace-member-access.ts';
import { WorkspaceTree } from './workspaces/application/workspace-tree.ts';
import { userSubject, type MemberSubject } from './workspaces/domain/member-subject.ts';
import { TreeLimits } from './workspaces/domain/tree-limits.ts';
import type { WorkspaceRole } from './workspaces/domain/workspace-role.ts';
import type { WorkspaceSnapshot } from './workspaces/domain/workspace.ts';
import { FakeWorkspaceMembershipRepository } from './workspaces/testing/in-memory-workspace-members.ts';
import * as workspaces from './workspaces/testing/in-memory-workspaces.ts';

export { groupsContract, type GroupsHarness } from './groups/testing/groups-contract.ts';
export { identitiesContract, type IdentitiesHarness } from './identities/testing/identities-contract.ts';
export { tenancyContract, type TenancyHarness } from './tenancy/testing/tenancy-contract.ts';
export { workspaceMembersContract, type WorkspaceMembersHarness } from './workspaces/testing/workspace-members-contract.ts';
export { workspacesContract, type WorkspacesHarness } from './workspaces/testing/workspaces-contract.ts';

/** This library over tables in memory: what handlers need, and sentences that say what was there before. */
export class InMemoryIam {
  readonly clock = new StoppedClock();
  readonly ids = new UlidGenerator();
  readonly identityRows = new identities.InMemoryIdentities();
  readonly tenancyRows = new tenancy.InMemoryTenancy();
  readonly workspaceRows = new workspaces.InMemoryWorkspaces();
  readonly groupRows = new groups.InMemoryGroups();
  readonly unitOfWork = new InMemoryUnitOfWork(this.identityRows, this.tenancyRows, this.workspaceRows, this.groupRows);

  readonly users = new identities.FakeUserRepository(this.identityRows, (id) => this.tenancyRows.tenantsOf(id));
  readonly admins = new identities.FakePlatformAdminRepository(this.identityRows);
  readonly statuses = new identities.FakeUserStatuses(this.identityRows);
  readonly authority = new identities.FakePlatformAuthority(this.identityRows);
  readonly directory = new identities.FakeIdentityDirectory(this.identityRows);
  readonly provisioning = new UserProvisioning(this.users, this.ids);

  readonly workspaces = new workspaces.FakeWorkspaceRepository(this.workspaceRows);
  /** The groups that roles can be given to, and who is in them. */
  readonly teams = new InMemoryTable<{ tenantId: TenantId; id: GroupId; people: ReadonlyMap<UserId, Date | null> }>();
  readonly workspaceMembers = new FakeWorkspaceMembershipRepository(this.workspaceRows.members, {
    inTenant: (tenantId, userId) => this.inTenant(tenantId, userId),
    groupsOf: (tenantId, userId) =>
      this.teams
        .all()
        .filter((team) => team.tenantId === tenantId && team.people.has(userId))
        .map(({ id, people }) => ({ id, until: people.get(userId) ?? null }))
        .filter(({ until }) => until === null || until > this.clock.now()),
    hasGroup: (tenantId, id) => this.teams.get(id)?.tenantId === tenantId,
    workspace: ({ tenantId, workspaceId }) => {
      const found = this.workspaceRows.workspaces.get(workspaceId);
      return found?.tenantId === tenantId ? found : null;
    },
    now: () => this.clock.now(),
  });
  readonly tenantWorkspaces = new TenantWorkspaces(this.workspaces, this.workspaceMembers, this.ids);

  readonly members = new tenancy.FakeTenantMembershipRepository(this.tenancyRows, {
    exists: (id) => this.identityRows.users.get(id) !== undefined,
    isActive: (id) => this.identityRows.isActive(id),
    now: () => this.clock.now(),
  });
  readonly tenants = new tenancy.FakeTenantRepository(this.tenancyRows, this.members);
  readonly access = new TenantAccess(this.tenants, this.members);
  readonly workspaceAccess = new WorkspaceMemberAccess(this.access, this.workspaceMembers);
  readonly treeAccess = new WorkspaceAccess(this.access, this.workspaces, this.workspaceMembers);
  readonly tree = new WorkspaceTree(this.workspaces, new TreeLimits(4));
  readonly groupMembers = new groups.FakeGroupMembershipRepository(this.groupRows, {
    now: () => this.clock.now(),
    inTenant: (tenantId, userId) => {
      const row = this.tenancyRows.members.get(tenancy.membershipKey(tenantId, userId));
      return row === undefined ? null : { role: row.role, expiresAt: row.expiresAt, active: this.identityRows.isActive(userId) };
    },
  });
  readonly groups = new groups.FakeGroupRepository(this.groupRows, this.groupMembers);
  readonly groupAccess = new GroupAccess(this.access, this.groups, this.groupMembers);
  readonly groupEnding = new GroupEnding(this.groups, this.groupMembers, this.tenantWorkspaces);
  readonly governance = new TenantGovernance(this.authority, this.tenants);
  readonly foundation = new TenantFoundation(this.tenants, this.tenantWorkspaces, this.ids);
  readonly removal = new MemberRemoval(this.members, [this.tenantWorkspaces, new TenantGroups(this.groupMembers)]);
  readonly admission = new MemberAdmission(this.members, this.removal, this.statuses);

  creationBy(rule: TenantCreationRule): TenantCreationPolicy {
    return new TenantCreationPolicy(rule, this.authority, this.statuses);
  }

  /** There is a user. */
  aUser(status: UserStatus = 'active'): UserId {
    const id = anId<UserId>();
    const at = this.clock.now();
    const profile = { email: null, emailVerified: false, displayName: null };
    this.identityRows.users.put(id, { ...profile, id, status, version: 1, createdAt: at, updatedAt: at });
    return id;
  }

  /** There is a platform admin. */
  aPlatformAdmin(status: UserStatus = 'active'): UserId {
    const userId = this.aUser(status);
    this.identityRows.admins.put(userId, { userId, version: 1, grantedAt: this.clock.now() });
    return userId;
  }

  /** There is a tenant, active or not, with these people in it. */
  aTenantWith(people: { [role in TenantRole]?: readonly UserId[] }, state: 'active' | 'suspended' = 'active'): TenantId {
    const id = anId<TenantId>();
    const at = this.clock.now();
    const name = tenantName('Acme');
    const about = { name, slug: slugDerivedFrom(name, id), externalId: null, metadata: emptyMetadata, isDefault: false };
    this.tenancyRows.tenants.put(id, { ...about, id, state, version: 1, createdAt: at, updatedAt: at });
    for (const role of TENANT_ROLES) for (const userId of people[role] ?? []) this.joins(id, userId, role);
    return id;
  }

  /** The member has this role in a workspace of the tenant. */
  worksIn(tenantId: TenantId, userId: UserId, role: WorkspaceRole): WorkspaceId {
    const workspaceId = this.aWorkspaceIn(tenantId);
    this.holds(tenantId, workspaceId, userSubject(userId), role);
    return workspaceId;
  }

  /** There is a workspace, the root unless a parent is given. */
  aWorkspaceIn(tenantId: TenantId, differences: Partial<WorkspaceSnapshot> = {}): WorkspaceId {
    const id = anId<WorkspaceId>();
    const at = this.clock.now();
    const usual = { id, tenantId, parentId: null, name: id, slug: id.toLowerCase(), inherits: true, state: 'active', version: 1 } as const;
    this.workspaceRows.workspaces.put(id, { ...usual, createdAt: at, updatedAt: at, ...differences });
    return id;
  }

  /** The user or group has this role in the workspace. */
  holds(tenantId: TenantId, workspaceId: WorkspaceId, subject: MemberSubject, role: WorkspaceRole, expiresAt: Date | null = null): void {
    const at = this.clock.now();
    this.workspaceRows.hold({ tenantId, workspaceId, subject, role, expiresAt, version: 1, joinedAt: at, updatedAt: at });
  }

  /** There is a group that can be given roles, with these people in it, each until an end. */
  aTeamOf(tenantId: TenantId, people: readonly (readonly [UserId, Date | null])[] = []): GroupId {
    const id = anId<GroupId>();
    this.teams.put(id, { tenantId, id, people: new Map(people) });
    return id;
  }

  /** There is a group with these people in it. */
  aGroupIn(tenantId: TenantId, people: { [role in GroupRole]?: readonly UserId[] } = {}): GroupId {
    const id = anId<GroupId>();
    const at = this.clock.now();
    this.groupRows.groups.put(id, { id, tenantId, name: groupName(id), description: null, version: 1, createdAt: at, updatedAt: at });
    for (const role of ['admin', 'member'] as const) for (const userId of people[role] ?? []) this.isIn(tenantId, id, userId, role);
    return id;
  }

  /** The user is in the group. */
  isIn(tenantId: TenantId, groupId: GroupId, userId: UserId, role: GroupRole, expiresAt: Date | null = null): void {
    const at = this.clock.now();
    const member = { tenantId, groupId, userId, role, expiresAt, version: 1, joinedAt: at, updatedAt: at };
    this.groupRows.members.put(groups.groupMembershipKey(groupId, userId), member);
  }

  /** The user's role in the group, null for who is not in it. */
  groupRoleOf(groupId: GroupId, userId: UserId): GroupRole | null {
    return this.groupRows.members.get(groups.groupMembershipKey(groupId, userId))?.role ?? null;
  }

  /** The user's role in the tenant, null for an outsider. */
  roleOf(tenantId: TenantId, userId: UserId): TenantRole | null {
    return this.tenancyRows.members.get(tenancy.membershipKey(tenantId, userId))?.role ?? null;
  }

  /** The user is a member of the tenant. */
  joins(tenantId: TenantId, userId: UserId, role: TenantRole, expiresAt: Date | null = null): void {
    const at = this.clock.now();
    const member = { tenantId, userId, role, expiresAt, version: 1, joinedAt: at, updatedAt: at };
    this.tenancyRows.members.put(tenancy.membershipKey(tenantId, userId), member);
  }

  private inTenant(tenantId: TenantId, userId: UserId) {
    const row = this.tenancyRows.members.get(tenancy.membershipKey(tenantId, userId));
    if (row === undefined || (row.expiresAt !== null && row.expiresAt <= this.clock.now())) return null;
    return { role: row.role, until: row.expiresAt, active: this.identityRows.isActive(userId) };
  }
}
