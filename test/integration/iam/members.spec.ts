import {
  AddTenantMember,
  AppointFirstAdmin,
  ChangeTenantMember,
  FindTenant,
  FindTenantMember,
  LeaveTenant,
  ListTenantMembers,
  MemberNotFound,
  NamedUserNotFound,
  RemoveTenantMember,
  SuspendUser,
  UserNotActive,
} from '#iam';
import type { TenantId, UserId } from '#kernel';
import { actingProduct, actingUser, anId } from '#kernel/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { OwnerConnection } from './support/owner-connection.ts';
import type { RunningIam } from './support/running-iam.ts';
import { TwoProcesses } from './support/two-processes.ts';

let both: TwoProcesses;
let iam: RunningIam;
let owner: OwnerConnection;
let tenantId: TenantId;
let ada: UserId;
let bob: UserId;

beforeAll(async () => {
  both = await TwoProcesses.start();
  ({ left: iam, owner } = both);
});
afterAll(() => both.stop());
beforeEach(async () => {
  [ada, bob] = [await owner.insertUser(), await owner.insertUser()];
  tenantId = await owner.insertTenantWithAdmins(ada);
});

const add = (userId: UserId, role: 'admin' | 'operator' | 'member' = 'member') =>
  iam.do(actingUser(ada), AddTenantMember, { tenantId, userId, role });
const member = (userId: UserId) => iam.ask(FindTenantMember, { tenantId, userId });

describe('a member', () => {
  test('M-4 keeps the day of joining when the role changes', async () => {
    await add(bob);
    const before = await member(bob);
    await iam.do(actingUser(ada), ChangeTenantMember, { tenantId, userId: bob, role: 'admin', expectedVersion: 1 });
    const after = await member(bob);
    expect(after).toMatchObject({ role: 'admin', version: 2, joined_at: before.joined_at });
    expect(after.updated_at >= before.updated_at).toBe(true);
  });

  test('M-1 has one role, of the words there are', async () => {
    await add(bob);
    await expect(owner.insertMember(tenantId, bob, 'operator')).rejects.toMatchObject({ code: '23505' });
    await expect(owner.insertMember(tenantId, await owner.insertUser(), 'king' as never)).rejects.toMatchObject({ code: '23514' });
  });

  test('is an active user of this platform', async () => {
    const suspended = await owner.insertUser('suspended');
    await expect(add(anId())).rejects.toBeInstanceOf(NamedUserNotFound);
    await expect(add(suspended)).rejects.toBeInstanceOf(UserNotActive);
    await expect(member(suspended)).rejects.toBeInstanceOf(MemberNotFound);
  });

  test('H-4 is listed in pages, each once', async () => {
    const people = [ada];
    while (people.length < 7) people.push(await owner.insertUser());
    for (const userId of people.slice(1)) await add(userId);
    const first = await iam.ask(ListTenantMembers, { tenantId, limit: 4 });
    const second = await iam.ask(ListTenantMembers, { tenantId, limit: 4, after: first.next ?? '' });
    expect([...first.rows, ...second.rows].map(({ user_id }) => user_id)).toEqual(people.sort());
    expect([first.rows.length, second.next]).toEqual([4, null]);
  });
});

describe('M-6 the end of a membership', () => {
  const rolesOf = async (userId: UserId) =>
    (await owner.query('SELECT role FROM workspace_members WHERE tenant_id = $1 AND user_id = $2', [tenantId, userId])).length;

  test('takes every role below the tenant along, also that of a last owner', async () => {
    await add(bob, 'operator');
    const root = await owner.insertWorkspace(tenantId);
    const child = await owner.insertWorkspace(tenantId, root);
    await owner.insertWorkspaceMember(tenantId, root, bob, 'owner');
    await owner.insertWorkspaceMember(tenantId, child, bob, 'viewer');
    await iam.do(actingUser(ada), RemoveTenantMember, { tenantId, userId: bob, expectedVersion: 1 });
    expect(await rolesOf(bob)).toBe(0);
    const removals = (await owner.eventsAbout(tenantId)).slice(1);
    expect(removals).toMatchObject([
      { type: 'tenancy.member_removed', payload: { userId: bob, previousRole: 'operator' } },
      { type: 'workspaces.member_removed', payload: { subjectId: bob, workspaceId: root, previousRole: 'owner' } },
      { type: 'workspaces.member_removed', payload: { subjectId: bob, workspaceId: child, previousRole: 'viewer' } },
    ]);
  });

  test('is the same for whoever leaves; coming back brings nothing back, and versions go on', async () => {
    await add(bob, 'admin');
    const root = await owner.insertWorkspace(tenantId);
    await owner.insertWorkspaceMember(tenantId, root, bob, 'owner');
    await iam.do(actingUser(bob), LeaveTenant, { tenantId });
    expect(await add(bob)).toEqual({ version: 3 });
    expect(await member(bob)).toMatchObject({ role: 'member', version: 3 });
    expect(await rolesOf(bob)).toBe(0);
    await iam.do(actingUser(bob), LeaveTenant, { tenantId });
    expect(await add(bob)).toEqual({ version: 5 });
  });
});

test('a tenant whose last admin is suspended shows so, and then a platform admin may appoint one', async () => {
  const root = actingUser(await owner.insertPlatformAdmin());
  await iam.do(root, SuspendUser, { userId: ada });
  expect((await iam.ask(FindTenant, { tenant: tenantId })).has_active_admin).toBe(false);
  await iam.do(root, AppointFirstAdmin, { tenantId, userId: bob });
  expect((await iam.ask(FindTenant, { tenant: tenantId })).has_active_admin).toBe(true);
  expect(await owner.activeAdminsOf(tenantId)).toEqual([bob]);
  await iam.do(actingProduct, SuspendUser, { userId: bob });
});
