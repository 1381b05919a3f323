import {
  AddGroupMember,
  AddTenantMember,
  AlreadyGroupMember,
  ChangeGroup,
  ChangeGroupMember,
  ChangeGroupMembersInBulk,
  CreateGroup,
  DeleteGroup,
  FindGroup,
  FindGroupMember,
  GroupMemberNotFound,
  GroupNameTaken,
  GroupNotFound,
  LastGroupAdmin,
  LeaveGroup,
  ListGroupMembers,
  ListGroups,
  RemoveGroupMember,
  RemoveTenantMember,
  SuspendUser,
  UserNotInTenant,
  type GroupRole,
} from '#iam';
import type { GroupId, TenantId, UserId } from '#kernel';
import { actingProduct, actingUser, anId } from '#kernel/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { GroupRows } from './support/group-rows.ts';
import type { OwnerConnection } from './support/owner-connection.ts';
import type { RunningIam } from './support/running-iam.ts';
import { TwoProcesses } from './support/two-processes.ts';

let both: TwoProcesses;
let iam: RunningIam;
let owner: OwnerConnection;
let rows: GroupRows;
let tenantId: TenantId;
let ada: UserId;
let bob: UserId;
let groupId: GroupId;

beforeAll(async () => {
  both = await TwoProcesses.start();
  ({ left: iam, owner } = both);
  rows = new GroupRows(owner);
});
afterAll(() => both.stop());
beforeEach(async () => {
  [ada, bob] = [await owner.insertUser(), await owner.insertUser()];
  tenantId = await owner.insertTenantWithAdmins(ada);
  await owner.insertMember(tenantId, bob, 'member');
  groupId = (await iam.do(actingUser(ada), CreateGroup, { tenantId, name: 'Billing' })).group_id;
});

const add = (userId: UserId, role: GroupRole = 'member', expiresAt: Date | null = null) =>
  iam.do(actingUser(ada), AddGroupMember, { tenantId, groupId, userId, role, expiresAt });
const member = (userId: UserId) => iam.ask(FindGroupMember, { tenantId, groupId, userId });
const inAWhile = () => new Date(Date.now() + 3_600_000);
const eventsOf = async () => (await owner.eventsAbout(tenantId)).map(({ type }) => type);

describe('a group', () => {
  test('G-1 begins with its creator as admin, and its name is its own whatever the case', async () => {
    expect(await iam.ask(FindGroup, { tenantId, groupId })).toMatchObject({ name: 'Billing', description: null, version: 1 });
    expect(await rows.membersOf(groupId)).toEqual([{ user_id: ada, role: 'admin', version: 1 }]);
    expect(await eventsOf()).toEqual(['groups.group_created', 'groups.member_added']);
    await expect(iam.do(actingUser(ada), CreateGroup, { tenantId, name: ' bILLING ' })).rejects.toBeInstanceOf(GroupNameTaken);
    const support = await iam.do(actingUser(ada), CreateGroup, { tenantId, name: 'Support' });
    const renamed = iam.do(actingUser(ada), ChangeGroup, { tenantId, groupId: support.group_id, expectedVersion: 1, name: 'BILLING' });
    await expect(renamed).rejects.toBeInstanceOf(GroupNameTaken);
    await iam.do(actingUser(ada), ChangeGroup, { tenantId, groupId, expectedVersion: 1, name: 'billing' });
  });

  test('is not to be found from another tenant', async () => {
    const other = await owner.insertTenantWithAdmins(ada);
    await expect(iam.ask(FindGroup, { tenantId: other, groupId })).rejects.toBeInstanceOf(GroupNotFound);
    await expect(iam.ask(FindGroupMember, { tenantId: other, groupId, userId: ada })).rejects.toBeInstanceOf(GroupNotFound);
    const here = { tenantId: other, groupId };
    const attempts = [
      () => iam.do(actingUser(ada), AddGroupMember, { ...here, userId: ada, role: 'member' }),
      () => iam.do(actingUser(ada), DeleteGroup, { ...here, expectedVersion: 1 }),
      () => iam.do(actingUser(ada), ChangeGroup, { ...here, expectedVersion: 1, name: 'Mine' }),
    ];
    for (const attempt of attempts) await expect(attempt()).rejects.toBeInstanceOf(GroupNotFound);
  });

  test('G-1 when deleted, takes its memberships and its roles in workspaces along, with their events', async () => {
    await add(bob);
    const root = await owner.insertWorkspace(tenantId);
    const child = await owner.insertWorkspace(tenantId, root);
    await rows.grant(tenantId, root, groupId, 'viewer');
    await rows.grant(tenantId, child, groupId, 'admin');
    const before = (await eventsOf()).length;
    await iam.do(actingUser(ada), DeleteGroup, { tenantId, groupId, expectedVersion: 1 });
    expect(await rows.traces(groupId)).toBe(0);
    expect((await eventsOf()).slice(before)).toEqual([
      'workspaces.member_removed',
      'workspaces.member_removed',
      'groups.member_removed',
      'groups.member_removed',
      'groups.group_deleted',
    ]);
    await expect(iam.ask(FindGroup, { tenantId, groupId })).rejects.toBeInstanceOf(GroupNotFound);
    await iam.do(actingUser(ada), CreateGroup, { tenantId, name: 'Billing' });
  });

  test('M-5 the database itself refuses users and groups of another tenant', async () => {
    const stranger = await owner.insertUser();
    const other = await owner.insertTenantWithAdmins(stranger);
    await expect(add(stranger)).rejects.toBeInstanceOf(UserNotInTenant);
    await expect(add(anId())).rejects.toBeInstanceOf(UserNotInTenant);
    const insert = `INSERT INTO group_members (tenant_id, group_id, user_id, role, version, joined_at, updated_at) VALUES ($1, $2, $3, 'member', 1, now(), now())`;
    await expect(owner.query(insert, [tenantId, groupId, stranger])).rejects.toMatchObject({ constraint: 'group_members_user_in_tenant' });
    await expect(owner.query(insert, [other, groupId, stranger])).rejects.toMatchObject({ constraint: 'group_members_group' });
    await expect(rows.grant(other, await owner.insertWorkspace(other), groupId, 'viewer')).rejects.toMatchObject({
      constraint: 'workspace_members_group_in_tenant',
    });
  });
});

describe('a member of a group', () => {
  test('M-4 M-7 keeps the day of joining when role and end change', async () => {
    const end = inAWhile();
    await add(bob, 'member', end);
    const before = await member(bob);
    expect(before).toMatchObject({ role: 'member', expires_at: end.toISOString(), version: 1, status: 'active' });
    const change = { tenantId, groupId, userId: bob, expectedVersion: 1, role: 'admin', expiresAt: null } as const;
    expect(await iam.do(actingUser(ada), ChangeGroupMember, change)).toEqual({ version: 3 });
    expect(await member(bob)).toMatchObject({ role: 'admin', expires_at: null, version: 3, joined_at: before.joined_at });
  });

  test('M-7 past the end counts as removed, and is cleaned up when added anew; versions go on', async () => {
    await add(bob, 'admin', inAWhile());
    await rows.isOver(groupId, bob);
    await expect(member(bob)).rejects.toBeInstanceOf(GroupMemberNotFound);
    expect((await iam.ask(ListGroupMembers, { tenantId, groupId, limit: 9 })).rows.map(({ user_id }) => user_id)).toEqual([ada]);
    const removal = iam.do(actingUser(ada), RemoveGroupMember, { tenantId, groupId, userId: bob, expectedVersion: 1 });
    await expect(removal).rejects.toBeInstanceOf(GroupMemberNotFound);
    await expect(iam.do(actingUser(bob), LeaveGroup, { tenantId, groupId })).rejects.toBeInstanceOf(GroupNotFound);
    const before = (await eventsOf()).length;
    expect(await add(bob)).toEqual({ version: 3 });
    expect((await eventsOf()).slice(before)).toEqual(['groups.member_removed', 'groups.member_added']);
    await expect(add(bob)).rejects.toBeInstanceOf(AlreadyGroupMember);
  });

  test('M-6 goes with the membership of the tenant, also the last admin, and comes back with nothing', async () => {
    await rows.join(tenantId, groupId, bob, 'admin');
    await iam.do(actingUser(ada), LeaveGroup, { tenantId, groupId });
    const other = await rows.insert(tenantId, { member: [bob] });
    const before = (await eventsOf()).length;
    await iam.do(actingUser(ada), RemoveTenantMember, { tenantId, userId: bob, expectedVersion: 1 });
    expect((await eventsOf()).slice(before)).toEqual(['tenancy.member_removed', 'groups.member_removed', 'groups.member_removed']);
    expect([await rows.membersOf(groupId), await rows.membersOf(other)]).toEqual([[], []]);
    await iam.do(actingUser(ada), AddTenantMember, { tenantId, userId: bob, role: 'member' });
    await expect(member(bob)).rejects.toBeInstanceOf(GroupMemberNotFound);
    expect(await add(bob)).toEqual({ version: 3 });
  });

  test('M-2 a suspended admin, or one with an end, does not count', async () => {
    const cleo = await owner.insertUser();
    await rows.join(tenantId, groupId, bob, 'admin');
    await rows.join(tenantId, groupId, cleo, 'admin');
    await iam.do(actingUser(ada), ChangeGroupMember, { tenantId, groupId, userId: cleo, expectedVersion: 1, expiresAt: inAWhile() });
    await iam.do(actingProduct, SuspendUser, { userId: bob });
    await expect(iam.do(actingUser(ada), LeaveGroup, { tenantId, groupId })).rejects.toBeInstanceOf(LastGroupAdmin);
    await iam.do(actingUser(cleo), LeaveGroup, { tenantId, groupId });
    expect(await rows.adminsOf(groupId)).toEqual([ada, bob].sort());
  });
});

describe('G-2 many members at once', () => {
  test('G-2 what can be done is done in one transaction, with a result per item', async () => {
    const [cleo, dan, stranger] = [await owner.insertUser(), await owner.insertUser(), await owner.insertUser()];
    for (const userId of [cleo, dan]) await owner.insertMember(tenantId, userId, 'member');
    await add(bob);
    const before = (await eventsOf()).length;
    const { results } = await iam.do(actingUser(ada), ChangeGroupMembersInBulk, {
      tenantId,
      groupId,
      items: [
        { op: 'add', userId: cleo, role: 'admin' },
        { op: 'add', userId: stranger, role: 'member' },
        { op: 'remove', userId: bob },
        { op: 'add', userId: bob, role: 'member', expiresAt: inAWhile() },
        { op: 'remove', userId: dan },
        { op: 'remove', userId: ada },
        { op: 'remove', userId: cleo },
      ],
    });
    expect(results.map((result) => (result.status === 'done' ? result.version : result.code))).toEqual([
      1,
      'user_not_member',
      2,
      3,
      'member_not_found',
      2,
      'last_group_admin',
    ]);
    expect((await rows.membersOf(groupId)).map(({ user_id, role, version }) => [user_id, role, version])).toEqual(
      [
        [cleo, 'admin', 1],
        [bob, 'member', 3],
      ].sort(),
    );
    expect((await eventsOf()).slice(before)).toEqual([
      'groups.member_added',
      'groups.member_removed',
      'groups.member_added',
      'groups.member_removed',
    ]);
  });
});

describe('lists of groups', () => {
  test('H-4 members see their own, operators and admins all, in pages, each once', async () => {
    const operator = await owner.insertUser();
    await owner.insertMember(tenantId, operator, 'operator');
    const mine = [await rows.insert(tenantId, { member: [bob] }), await rows.insert(tenantId, { admin: [bob] })];
    const over = await rows.insert(tenantId, { member: [bob] });
    await rows.isOver(over, bob);
    await rows.insert(await owner.insertTenant(), { member: [bob] });
    const pages = async (userId: UserId) => {
      const first = await iam.ask(ListGroups, { tenantId, limit: 2 }, actingUser(userId));
      const second = first.next === null ? null : await iam.ask(ListGroups, { tenantId, limit: 2, after: first.next }, actingUser(userId));
      return [...first.rows, ...(second?.rows ?? [])].map(({ id }) => id);
    };
    expect(await pages(bob)).toEqual([...mine].sort());
    expect(await pages(operator)).toEqual([groupId, ...mine, over].sort());
    expect(await pages(ada)).toEqual([groupId, ...mine, over].sort());
    expect(await pages(await owner.insertUser())).toEqual([]);
    await owner.query(`UPDATE tenant_members SET expires_at = now() WHERE tenant_id = $1 AND user_id = ANY ($2)`, [
      tenantId,
      [bob, operator],
    ]);
    expect([await pages(bob), await pages(operator)]).toEqual([[], []]);
  });

  test('H-4 the members of a group come in pages, each once', async () => {
    const people = [ada];
    while (people.length < 5) people.push(await owner.insertUser());
    for (const userId of people.slice(1)) await rows.join(tenantId, groupId, userId, 'member');
    const first = await iam.ask(ListGroupMembers, { tenantId, groupId, limit: 3 });
    const second = await iam.ask(ListGroupMembers, { tenantId, groupId, limit: 3, after: first.next ?? '' });
    expect([...first.rows, ...second.rows].map(({ user_id }) => user_id)).toEqual([...people].sort());
    expect(second.next).toBeNull();
  });
});
