import type { GroupId, TenantId, Transaction, UserId } from '#kernel';
import { InMemoryTable, type Restorable } from '#kernel/testing';
import { AlreadyWorkspaceMember, NamedGroupNotFound, UserNotMember } from '../domain/member-errors.ts';
import type { MemberSubject } from '../domain/member-subject.ts';
import type { RoleUntil, WorkspaceStanding } from '../domain/workspace-authority.ts';
import { WorkspaceMembershipRepository, type FoundMembership, type WorkspaceKey } from '../domain/workspace-membership-repository.ts';
import { WorkspaceMembership, type WorkspaceMembershipSnapshot } from '../domain/workspace-membership.ts';
import type { WorkspaceSnapshot } from '../domain/workspace.ts';

/** The rest of the tenant, as far as members of workspaces rest on it. */
export interface TenantPeople {
  /** Null for nobody, and for whose membership is over. */
  inTenant(tenantId: TenantId, userId: UserId): (RoleUntil & { readonly active: boolean }) | null;
  /** The groups that the user is in now. */
  groupsOf(tenantId: TenantId, userId: UserId): readonly { readonly id: GroupId; readonly until: Date | null }[];
  hasGroup(tenantId: TenantId, groupId: GroupId): boolean;
  workspace(key: WorkspaceKey): WorkspaceSnapshot | null;
  now(): Date;
}

const keyOf = ({ workspaceId }: Pick<WorkspaceKey, 'workspaceId'>, { type, id }: MemberSubject) => `${workspaceId}:${type}:${id}`;

/** The tables of the members of workspaces. */
export class InMemoryWorkspaceMembers implements Restorable {
  readonly members = new InMemoryTable<WorkspaceMembershipSnapshot>();
  readonly removed = new InMemoryTable<number>();

  remember(): () => void {
    const undo = [this.members, this.removed].map((table) => table.remember());
    return () => undo.forEach((bringBack) => bringBack());
  }

  /** Gives a role in a workspace, as it would be there from before. */
  hold(membership: WorkspaceMembershipSnapshot): void {
    this.members.put(keyOf(membership, membership.subject), membership);
  }

  all(): readonly WorkspaceMembershipSnapshot[] {
    return this.members.all();
  }

  find(at: Pick<WorkspaceKey, 'workspaceId'>, subject: MemberSubject): WorkspaceMembershipSnapshot | null {
    return this.members.get(keyOf(at, subject)) ?? null;
  }
}

export class FakeWorkspaceMembershipRepository extends WorkspaceMembershipRepository {
  constructor(
    private readonly rows: InMemoryWorkspaceMembers,
    private readonly people: TenantPeople,
  ) {
    super();
  }

  override async lockWorkspace(_tx: Transaction, at: WorkspaceKey): Promise<string | null> {
    return this.people.workspace(at)?.state ?? null;
  }

  override async standing(_tx: Transaction, at: WorkspaceKey, userId: UserId): Promise<WorkspaceStanding | null> {
    const inTenant = this.people.inTenant(at.tenantId, userId);
    if (!inTenant?.active) return null;
    const subjects = [
      { subject: { type: 'user', id: userId } as const, until: null },
      ...this.people.groupsOf(at.tenantId, userId).map(({ id, until }) => ({ subject: { type: 'group', id } as const, until })),
    ];
    const roles = this.reach(at).flatMap((workspace) =>
      subjects.flatMap(({ subject, until }) => {
        const held = this.rows.find(workspace, subject);
        return held === null || this.isOver(held) ? [] : [{ role: held.role, until: held.expiresAt ?? until }];
      }),
    );
    return { inTenant: { role: inTenant.role, until: inTenant.until }, roles };
  }

  override async isActiveInTenant(_tx: Transaction, tenantId: TenantId, userId: UserId): Promise<boolean | null> {
    return this.people.inTenant(tenantId, userId)?.active ?? null;
  }

  override async lock(_tx: Transaction, at: WorkspaceKey, subject: MemberSubject): Promise<FoundMembership | null> {
    const held = this.rows.find(at, subject);
    return held === null ? null : { membership: WorkspaceMembership.rehydrate(held), isOver: this.isOver(held) };
  }

  override async anotherOwnerLasts(_tx: Transaction, at: WorkspaceKey, except: MemberSubject): Promise<boolean> {
    return this.rows.members.all().some(({ workspaceId, subject, role, expiresAt }) => {
      if (workspaceId !== at.workspaceId || role !== 'owner' || expiresAt !== null || subject.type !== 'user') return false;
      const inTenant = this.people.inTenant(at.tenantId, subject.id);
      return subject.id !== except.id && inTenant !== null && inTenant.active && inTenant.until === null;
    });
  }

  override async lastVersion(_tx: Transaction, at: WorkspaceKey, subject: MemberSubject): Promise<number> {
    return this.rows.removed.get(keyOf(at, subject)) ?? 0;
  }

  override async add(tx: Transaction, membership: WorkspaceMembership): Promise<void> {
    const { tenantId, subject, ...at } = membership.snapshot;
    if (this.rows.find(at, subject) !== null) throw new AlreadyWorkspaceMember();
    if (subject.type === 'user' && this.people.inTenant(tenantId, subject.id) === null) throw new UserNotMember();
    if (subject.type === 'group' && !this.people.hasGroup(tenantId, subject.id)) throw new NamedGroupNotFound();
    await this.update(tx, membership);
  }

  override async update(tx: Transaction, membership: WorkspaceMembership): Promise<void> {
    this.rows.hold(membership.snapshot);
    tx.collect(membership);
  }

  override async lockAllOf(_tx: Transaction, tenant: TenantId, { id }: MemberSubject): Promise<readonly WorkspaceMembership[]> {
    const held = this.rows.members.all().filter(({ tenantId, subject }) => tenantId === tenant && subject.id === id);
    return held.map((row) => WorkspaceMembership.rehydrate(row));
  }

  override async lockAllIn(_tx: Transaction, at: WorkspaceKey): Promise<readonly WorkspaceMembership[]> {
    const held = this.rows.members.all().filter(({ workspaceId }) => workspaceId === at.workspaceId);
    return held.map((row) => WorkspaceMembership.rehydrate(row));
  }

  override async lockAllEnded(_tx: Transaction, limit: number): Promise<readonly WorkspaceMembership[]> {
    const ended = this.rows.members.all().filter(({ expiresAt }) => expiresAt !== null && expiresAt <= this.people.now());
    const inOrder = ended.sort((one, other) => Number(one.expiresAt) - Number(other.expiresAt));
    return inOrder.slice(0, limit).map((row) => WorkspaceMembership.rehydrate(row));
  }

  override async remove(tx: Transaction, memberships: readonly WorkspaceMembership[]): Promise<void> {
    for (const membership of memberships) {
      const key = keyOf(membership.snapshot, membership.subject);
      this.rows.members.delete(key);
      this.rows.removed.put(key, membership.version);
      tx.collect(membership);
    }
  }

  /** The workspace and every ancestor whose roles count in it. */
  private reach(at: WorkspaceKey): WorkspaceKey[] {
    const workspace = this.people.workspace(at);
    if (workspace === null) return [];
    const { parentId: workspaceId, inherits } = workspace;
    return [at, ...(workspaceId !== null && inherits ? this.reach({ tenantId: at.tenantId, workspaceId }) : [])];
  }

  private isOver({ tenantId, subject, expiresAt }: WorkspaceMembershipSnapshot): boolean {
    if (expiresAt !== null && expiresAt <= this.people.now()) return true;
    return subject.type === 'user' && this.people.inTenant(tenantId, subject.id) === null;
  }
}
