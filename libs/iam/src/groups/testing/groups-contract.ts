import { platformScope, type GroupId, type TenantId, type Transaction, type UnitOfWork, type UserId } from '#kernel';
import { actingProduct, anId, contextOf } from '#kernel/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AlreadyGroupMember, GroupNameTaken, UserNotInTenant } from '../domain/errors.ts';
import type { GroupMembershipRepository } from '../domain/group-membership-repository.ts';
import { GroupMembership } from '../domain/group-membership.ts';
import { groupDescription, groupName } from '../domain/group-name.ts';
import type { GroupRepository } from '../domain/group-repository.ts';
import type { GroupRole } from '../domain/group-role.ts';
import { Group } from '../domain/group.ts';

export interface GroupsHarness {
  readonly unitOfWork: UnitOfWork;
  readonly groups: GroupRepository;
  readonly members: GroupMembershipRepository;
  /** An empty tenant. */
  tenant(): Promise<TenantId>;
  /** A member of the tenant. */
  person(tenantId: TenantId, differences?: { status?: 'active' | 'suspended'; role?: 'operator'; expiresAt?: Date }): Promise<UserId>;
  stop(): Promise<void>;
}

const at = new Date('2026-03-04T05:06:07.890Z');
const later = new Date('2026-03-05T00:00:00.000Z');
const farAway = new Date('2100-01-01T00:00:00.000Z');

/** What every implementation of the ports of this module promises. */
export function groupsContract(name: string, start: () => Promise<GroupsHarness>): void {
  describe(`groups contract, ${name}`, () => {
    let harness: GroupsHarness;
    beforeAll(async () => {
      harness = await start();
    });
    afterAll(() => harness.stop());

    const inTransaction = <T>(work: (tx: Transaction) => Promise<T>) =>
      harness.unitOfWork.run(contextOf(actingProduct), platformScope, work);
    const joining = (place: { tenantId: TenantId; groupId: GroupId }, userId: UserId, role: GroupRole, expiresAt: Date | null = null) =>
      GroupMembership.join({ ...place, userId, role, expiresAt, lastVersion: 0 }, at);
    const founded = async (tenant?: TenantId, called = 'Billing') => {
      const tenantId = tenant ?? (await harness.tenant());
      const admin = await harness.person(tenantId);
      const group = Group.create({ id: anId<GroupId>(), tenantId, name: groupName(called), description: groupDescription('Who pays') }, at);
      const place = { tenantId, groupId: group.id };
      await inTransaction((tx) => harness.groups.create(tx, group, joining(place, admin, 'admin')));
      return { group, admin, place };
    };
    const joins = (membership: GroupMembership) => inTransaction((tx) => harness.members.add(tx, membership));
    const find = async ({ tenantId, groupId }: { tenantId: TenantId; groupId: GroupId }, userId: UserId) =>
      (await inTransaction((tx) => harness.members.find(tx, tenantId, groupId, [userId])))[0];
    const remaining = ({ tenantId, groupId }: { tenantId: TenantId; groupId: GroupId }) =>
      inTransaction((tx) => harness.members.lockAll(tx, tenantId, groupId));

    test('a group comes back as it was created, with its first admin', async () => {
      const { group, admin, place } = await founded();
      const locked = await inTransaction((tx) => harness.groups.lock(tx, place.tenantId, group.id));
      expect(locked?.snapshot).toEqual(group.snapshot);
      expect((await remaining(place)).map(({ snapshot }) => snapshot)).toEqual([joining(place, admin, 'admin').snapshot]);
    });

    test('nothing is found where nothing is, nor in another tenant', async () => {
      const [{ group, admin }, other] = [await founded(), await harness.tenant()];
      await inTransaction(async (tx) => {
        expect(await harness.groups.lock(tx, other, group.id)).toBeNull();
        expect(await harness.groups.lock(tx, other, anId())).toBeNull();
        expect(await harness.members.standing(tx, other, group.id, admin)).toBeNull();
        expect(await harness.members.lockAll(tx, other, group.id)).toEqual([]);
        expect(await harness.members.lockAllOf(tx, other, admin)).toEqual([]);
        expect(await harness.members.lastingAdmins(tx, other, group.id, 5)).toEqual([]);
        expect(await harness.members.find(tx, other, group.id, [admin])).toMatchObject([{ membership: null, inTenant: null }]);
      });
    });

    test('G-1 a name belongs to one group of its tenant, whatever the case', async () => {
      const { place } = await founded();
      await expect(founded(place.tenantId, 'bILLING')).rejects.toBeInstanceOf(GroupNameTaken);
      await founded(undefined, 'Billing');
      const { group } = await founded(place.tenantId, 'Support');
      const renamed = inTransaction((tx) => {
        group.change({ name: groupName('billing') }, later);
        return harness.groups.update(tx, group);
      });
      await expect(renamed).rejects.toBeInstanceOf(GroupNameTaken);
    });

    test('changes are kept, and a deleted group is gone', async () => {
      const { group, place } = await founded();
      group.change({ name: groupName('Invoices'), description: null }, later);
      await inTransaction((tx) => harness.groups.update(tx, group));
      const changed = await inTransaction((tx) => harness.groups.lock(tx, place.tenantId, group.id));
      expect(changed?.snapshot).toMatchObject({ name: 'Invoices', description: null, version: 2, createdAt: at, updatedAt: later });
      await inTransaction(async (tx) => {
        await harness.members.remove(tx, await harness.members.lockAll(tx, place.tenantId, group.id));
        await harness.groups.delete(tx, group);
      });
      expect(await inTransaction((tx) => harness.groups.lock(tx, place.tenantId, group.id))).toBeNull();
    });

    test('M-5 only members of the tenant get in, and only once', async () => {
      const { place, admin } = await founded();
      const foreigner = await harness.person(await harness.tenant());
      for (const userId of [foreigner, anId<UserId>()]) {
        await expect(joins(joining(place, userId, 'member'))).rejects.toBeInstanceOf(UserNotInTenant);
      }
      await expect(joins(joining(place, admin, 'member'))).rejects.toBeInstanceOf(AlreadyGroupMember);
    });

    test('M-7 role and end are kept, and the day of joining', async () => {
      const { place } = await founded();
      const userId = await harness.person(place.tenantId);
      await joins(joining(place, userId, 'member', farAway));
      const membership = (await find(place, userId))?.membership;
      expect(membership?.snapshot).toEqual(joining(place, userId, 'member', farAway).snapshot);
      membership?.changeEnd(null, { anotherStays: true }, later);
      membership?.changeRole('admin', { anotherStays: true }, later);
      await inTransaction(async (tx) => membership && harness.members.update(tx, membership));
      expect((await find(place, userId))?.membership?.snapshot).toMatchObject({ role: 'admin', expiresAt: null, version: 3, joinedAt: at });
    });

    test('of a removed membership only the version is left', async () => {
      const { place } = await founded();
      const people = [await harness.person(place.tenantId), await harness.person(place.tenantId)];
      for (const userId of people) await joins(joining(place, userId, 'member'));
      await inTransaction(async (tx) => {
        const gone = (await harness.members.find(tx, place.tenantId, place.groupId, people)).flatMap(({ membership }) => membership ?? []);
        for (const membership of gone) membership.end(later);
        await harness.members.remove(tx, gone);
      });
      for (const userId of people) expect(await find(place, userId)).toMatchObject({ membership: null, lastVersion: 2 });
      expect(await remaining(place)).toHaveLength(1);
    });

    test('of a person it tells the status and the end in the tenant, of an outsider nothing', async () => {
      const { place } = await founded();
      const suspended = await harness.person(place.tenantId, { status: 'suspended' });
      const temporary = await harness.person(place.tenantId, { expiresAt: farAway });
      expect(await find(place, suspended)).toMatchObject({ inTenant: { active: false, expiresAt: null } });
      expect(await find(place, temporary)).toMatchObject({ inTenant: { active: true, expiresAt: farAway } });
      expect(await find(place, anId())).toMatchObject({ membership: null, lastVersion: 0, inTenant: null });
    });

    test('standing tells the roles and their ends', async () => {
      const { place, admin } = await founded();
      const operator = await harness.person(place.tenantId, { role: 'operator', expiresAt: farAway });
      const standing = (userId: UserId) => inTransaction((tx) => harness.members.standing(tx, place.tenantId, place.groupId, userId));
      expect(await standing(admin)).toEqual({ tenantRole: 'member', tenantExpiresAt: null, groupRole: 'admin', groupExpiresAt: null });
      expect(await standing(operator)).toEqual({
        tenantRole: 'operator',
        tenantExpiresAt: farAway,
        groupRole: null,
        groupExpiresAt: null,
      });
      expect(await standing(anId())).toBeNull();
    });

    test('M-2 only direct, active admins without an end, here and in the tenant, count', async () => {
      const { place, admin } = await founded();
      const suspended = await harness.person(place.tenantId, { status: 'suspended' });
      const temporary = await harness.person(place.tenantId, { expiresAt: farAway });
      const [ending, plain, second] = [
        await harness.person(place.tenantId),
        await harness.person(place.tenantId),
        await harness.person(place.tenantId),
      ];
      for (const userId of [suspended, temporary]) await joins(joining(place, userId, 'admin'));
      await joins(joining(place, ending, 'admin', farAway));
      await joins(joining(place, plain, 'member'));
      const counted = (atMost: number) => inTransaction((tx) => harness.members.lastingAdmins(tx, place.tenantId, place.groupId, atMost));
      expect(await counted(9)).toEqual([admin]);
      await joins(joining(place, second, 'admin'));
      expect([...(await counted(9))].sort()).toEqual([admin, second].sort());
      expect(await counted(1)).toHaveLength(1);
    });

    test('M-7 what is past its end is found in every tenant, as much of it as asked for', async () => {
      const { place } = await founded();
      const people = [await harness.person(place.tenantId), await harness.person(place.tenantId), await harness.person(place.tenantId)];
      const ends = [new Date('2020-01-02T00:00:00.000Z'), new Date('2020-01-01T00:00:00.000Z'), farAway];
      for (const [nth, userId] of people.entries()) await joins(joining(place, userId, 'member', ends[nth]));
      const ended = (limit: number) => inTransaction((tx) => harness.members.lockAllEnded(tx, limit));
      expect((await ended(9)).map(({ userId }) => userId)).toEqual([people[1], people[0]]);
      expect((await ended(1)).map(({ userId }) => userId)).toEqual([people[1]]);
      await inTransaction(async (tx) => harness.members.remove(tx, await harness.members.lockAllEnded(tx, 9)));
      expect(await ended(9)).toEqual([]);
    });

    test('M-6 every membership of a user in the tenant is found, and in no other', async () => {
      const tenantId = await harness.tenant();
      const userId = await harness.person(tenantId);
      const places = [(await founded(tenantId, 'One')).place, (await founded(tenantId, 'Two')).place];
      for (const place of places) await joins(joining(place, userId, 'member', farAway));
      const found = await inTransaction((tx) => harness.members.lockAllOf(tx, tenantId, userId));
      expect(found.map(({ snapshot }) => snapshot.groupId)).toEqual(places.map(({ groupId }) => groupId).sort());
    });
  });
}
