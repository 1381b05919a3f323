import { platformScope, type GroupId, type TenantId, type Transaction, type UnitOfWork, type UserId, type WorkspaceId } from '#kernel';
import { actingProduct, anId, contextOf } from '#kernel/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { AlreadyWorkspaceMember, NamedGroupNotFound, UserNotMember } from '../domain/member-errors.ts';
import { groupSubject, userSubject, type MemberSubject } from '../domain/member-subject.ts';
import type { WorkspaceMembershipRepository } from '../domain/workspace-membership-repository.ts';
import { WorkspaceMembership } from '../domain/workspace-membership.ts';
import type { WorkspaceRole } from '../domain/workspace-role.ts';

export interface WorkspaceMembersHarness {
  readonly unitOfWork: UnitOfWork;
  readonly members: WorkspaceMembershipRepository;
  tenant(): Promise<TenantId>;
  /** Somebody is a member of the tenant. */
  member(
    tenantId: TenantId,
    status?: 'active' | 'suspended',
    role?: 'admin' | 'operator' | 'member',
    expiresAt?: Date | null,
  ): Promise<UserId>;
  workspace(tenantId: TenantId, parentId?: WorkspaceId | null, inherits?: boolean): Promise<WorkspaceId>;
  /** A group with these people in it, each until an end. */
  group(tenantId: TenantId, people: readonly (readonly [UserId, Date | null])[]): Promise<GroupId>;
  /** By the clock that decides what is over. */
  now(): Promise<Date>;
  stop(): Promise<void>;
}

const at = new Date('2026-03-04T05:06:07.890Z');
const later = new Date('2026-03-05T00:00:00.000Z');

/** What every implementation of the port for members of workspaces promises. */
export function workspaceMembersContract(name: string, start: () => Promise<WorkspaceMembersHarness>): void {
  describe(`members of workspaces contract, ${name}`, () => {
    let harness: WorkspaceMembersHarness;
    let tenantId: TenantId;
    let workspaceId: WorkspaceId;
    let soon: Date;
    let past: Date;
    beforeAll(async () => {
      harness = await start();
      const now = (await harness.now()).getTime();
      [soon, past] = [new Date(now + 3_600_000), new Date(now - 1_000)];
    });
    beforeEach(async () => {
      tenantId = await harness.tenant();
      workspaceId = await harness.workspace(tenantId);
    });
    afterAll(() => harness.stop());

    const inTransaction = <T>(work: (tx: Transaction) => Promise<T>) =>
      harness.unitOfWork.run(contextOf(actingProduct), platformScope, work);
    const joined = (subject: MemberSubject, role: WorkspaceRole, expiresAt: Date | null = null, lastVersion = 0, where = workspaceId) =>
      WorkspaceMembership.join({ tenantId, workspaceId: where, subject, role, expiresAt }, lastVersion, at);
    const add = (...membership: Parameters<typeof joined>) => inTransaction((tx) => harness.members.add(tx, joined(...membership)));
    const key = () => ({ tenantId, workspaceId });
    const lock = (subject: MemberSubject) => inTransaction((tx) => harness.members.lock(tx, key(), subject));
    const standing = (userId: UserId, where = workspaceId) =>
      inTransaction((tx) => harness.members.standing(tx, { tenantId, workspaceId: where }, userId));

    test('a membership comes back as it was added, of a user with an end and of a group', async () => {
      const user = userSubject(await harness.member(tenantId));
      const group = groupSubject(await harness.group(tenantId, []));
      await add(user, 'member', soon, 4);
      await add(group, 'owner');
      const common = { tenantId, workspaceId, joinedAt: at, updatedAt: at };
      const found = await lock(user);
      expect(found?.membership.snapshot).toEqual({ ...common, subject: user, role: 'member', expiresAt: soon, version: 5 });
      expect(found?.isOver).toBe(false);
      const ofGroup = await lock(group);
      expect(ofGroup?.membership.snapshot).toEqual({ ...common, subject: group, role: 'owner', expiresAt: null, version: 1 });
      expect(ofGroup?.isOver).toBe(false);
    });

    test('M-1 a subject has one role in a workspace', async () => {
      const user = userSubject(await harness.member(tenantId));
      await add(user, 'member');
      await expect(add(user, 'owner')).rejects.toBeInstanceOf(AlreadyWorkspaceMember);
    });

    test('M-5 nobody but members and groups of the tenant gets a role in it', async () => {
      const elsewhere = await harness.tenant();
      const stranger = userSubject(await harness.member(elsewhere));
      const foreign = groupSubject(await harness.group(elsewhere, []));
      await expect(add(stranger, 'viewer')).rejects.toBeInstanceOf(UserNotMember);
      await expect(add(userSubject(anId()), 'viewer')).rejects.toBeInstanceOf(UserNotMember);
      await expect(add(foreign, 'viewer')).rejects.toBeInstanceOf(NamedGroupNotFound);
      await expect(add(groupSubject(anId()), 'viewer')).rejects.toBeInstanceOf(NamedGroupNotFound);
    });

    test('M-4 a changed role and end are kept, and so is the day of joining', async () => {
      const user = userSubject(await harness.member(tenantId));
      await add(user, 'member');
      await inTransaction(async (tx) => {
        const found = await harness.members.lock(tx, key(), user);
        found?.membership.change({ role: 'admin', expiresAt: soon }, { anotherLasts: false }, later);
        if (found) await harness.members.update(tx, found.membership);
      });
      const { membership } = (await lock(user)) ?? {};
      expect(membership?.snapshot).toMatchObject({ role: 'admin', expiresAt: soon, version: 3, joinedAt: at, updatedAt: later });
    });

    test('M-6 of removed memberships only the versions are left, of users and of groups', async () => {
      const [user, other] = [userSubject(await harness.member(tenantId)), userSubject(await harness.member(tenantId))];
      const group = groupSubject(await harness.group(tenantId, []));
      for (const subject of [user, other, group]) await add(subject, 'member');
      await inTransaction(async (tx) => {
        const all = await harness.members.lockAllIn(tx, key());
        expect(all.map(({ subject }) => subject.id).sort()).toEqual([user.id, other.id, group.id].sort());
        const gone = all.filter(({ subject }) => subject.id !== other.id);
        for (const membership of gone) membership.end(later);
        await harness.members.remove(tx, gone);
      });
      expect([await lock(user), await lock(group), (await lock(other)) === null]).toEqual([null, null, false]);
      const versions = [user, group, other].map((subject) => inTransaction((tx) => harness.members.lastVersion(tx, key(), subject)));
      expect(await Promise.all(versions)).toEqual([2, 2, 0]);
    });

    test('M-6 every role of one subject is found, here and elsewhere in the tenant', async () => {
      const user = userSubject(await harness.member(tenantId));
      const group = groupSubject(await harness.group(tenantId, []));
      const child = await harness.workspace(tenantId, workspaceId);
      for (const where of [workspaceId, child]) await add(user, 'viewer', null, 0, where);
      await add(group, 'viewer', null, 0, child);
      const workspacesOf = async (subject: MemberSubject) =>
        (await inTransaction((tx) => harness.members.lockAllOf(tx, tenantId, subject))).map(({ snapshot }) => snapshot.workspaceId);
      expect(await workspacesOf(user)).toEqual([workspaceId, child].sort());
      expect(await workspacesOf(group)).toEqual([child]);
    });

    test('M-7 a membership past its end, or past that of the membership of the tenant, is over', async () => {
      const [ended, gone, lasting] = [await harness.member(tenantId), await harness.member(tenantId, 'active', 'member', past), soon];
      await add(userSubject(ended), 'owner', past);
      await add(userSubject(await harness.member(tenantId)), 'owner', lasting);
      expect((await lock(userSubject(ended)))?.isOver).toBe(true);
      expect(await standing(ended)).toMatchObject({ roles: [] });
      expect(await standing(gone)).toBeNull();
      expect(await inTransaction((tx) => harness.members.isActiveInTenant(tx, tenantId, gone))).toBeNull();
    });

    test('a workspace is locked in its own tenant only', async () => {
      const elsewhere = await harness.tenant();
      const state = (where: TenantId) => inTransaction((tx) => harness.members.lockWorkspace(tx, { tenantId: where, workspaceId }));
      expect([await state(tenantId), await state(elsewhere)]).toEqual(['active', null]);
    });

    test('standing tells every role, direct and through groups, here and on ancestors whose roles come down', async () => {
      const [user, other] = [await harness.member(tenantId, 'active', 'operator', soon), await harness.member(tenantId)];
      const child = await harness.workspace(tenantId, workspaceId);
      const island = await harness.workspace(tenantId, child, false);
      const below = await harness.workspace(tenantId, island);
      const group = groupSubject(
        await harness.group(tenantId, [
          [user, soon],
          [other, past],
        ]),
      );
      await add(userSubject(user), 'viewer');
      await add(group, 'admin', null, 0, child);
      await add(userSubject(user), 'owner', soon, 0, island);
      const inTenant = { role: 'operator', until: soon };
      const roles = async (where: WorkspaceId) =>
        [...((await standing(user, where))?.roles ?? [])].sort((one, two) => (one.role < two.role ? -1 : 1));
      expect(await standing(user)).toEqual({ inTenant, roles: [{ role: 'viewer', until: null }] });
      expect(await roles(child)).toEqual([
        { role: 'admin', until: soon },
        { role: 'viewer', until: null },
      ]);
      expect(await roles(island)).toEqual([{ role: 'owner', until: soon }]);
      expect(await roles(below)).toEqual([{ role: 'owner', until: soon }]);
      expect(await standing(other, child)).toMatchObject({ roles: [] });
    });

    test('standing is that of an active member of the tenant', async () => {
      const suspended = await harness.member(tenantId, 'suspended', 'admin');
      await add(userSubject(suspended), 'owner');
      expect(await standing(suspended)).toBeNull();
      expect(await standing(anId())).toBeNull();
      const isActive = (userId: UserId) => inTransaction((tx) => harness.members.isActiveInTenant(tx, tenantId, userId));
      expect([await isActive(suspended), await isActive(await harness.member(tenantId)), await isActive(anId())]).toEqual([
        false,
        true,
        null,
      ]);
    });

    test('M-2 only direct, active users without an end count as another owner', async () => {
      const owner = userSubject(await harness.member(tenantId));
      const another = () => inTransaction((tx) => harness.members.anotherOwnerLasts(tx, key(), owner));
      await add(owner, 'owner');
      await add(userSubject(await harness.member(tenantId, 'suspended')), 'owner');
      await add(userSubject(await harness.member(tenantId)), 'owner', soon);
      await add(userSubject(await harness.member(tenantId, 'active', 'admin', soon)), 'owner');
      await add(userSubject(await harness.member(tenantId)), 'admin');
      await add(groupSubject(await harness.group(tenantId, [[await harness.member(tenantId), null]])), 'owner');
      expect(await another()).toBe(false);
      await add(userSubject(await harness.member(tenantId)), 'owner');
      expect(await another()).toBe(true);
    });

    test('M-7 what is past its end is found in every tenant, as much of it as asked for', async () => {
      const ended = (limit: number) => inTransaction((tx) => harness.members.lockAllEnded(tx, limit));
      await inTransaction(async (tx) => harness.members.remove(tx, await harness.members.lockAllEnded(tx, 1_000)));
      const [first, second, third] = [await harness.member(tenantId), await harness.member(tenantId), await harness.member(tenantId)];
      await add(userSubject(first), 'owner', past);
      await add(userSubject(second), 'viewer', new Date(past.getTime() - 1_000));
      await add(userSubject(third), 'viewer', soon);
      expect((await ended(9)).map(({ subject }) => subject.id)).toEqual([second, first]);
      expect((await ended(1)).map(({ subject }) => subject.id)).toEqual([second]);
    });
  });
}
