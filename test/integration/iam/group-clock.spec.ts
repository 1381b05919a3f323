import { AddGroupMember, CreateGroup, GroupNotFound, RemoveGroupMember, type GroupRole } from '#iam';
import type { GroupId, TenantId, UserId } from '#kernel';
import { actingUser } from '#kernel/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { OwnerConnection } from './support/owner-connection.ts';
import type { RunningIam } from './support/running-iam.ts';
import { TwoProcesses } from './support/two-processes.ts';

const hourMs = 3_600_000;

let both: TwoProcesses;
let iam: RunningIam;
let owner: OwnerConnection;
let tenantId: TenantId;
let groupId: GroupId;
let [ada, bob, cleo]: UserId[] = [];

beforeAll(async () => {
  both = await TwoProcesses.start();
  ({ left: iam, owner } = both);
});
afterAll(() => both.stop());
beforeEach(async () => {
  [ada, bob, cleo] = [await owner.insertUser(), await owner.insertUser(), await owner.insertUser()];
  tenantId = await owner.insertTenantWithAdmins(ada);
  for (const userId of [bob, cleo]) await owner.insertMember(tenantId, userId, 'member');
  groupId = (await iam.do(actingUser(ada), CreateGroup, { tenantId, name: 'Billing' })).group_id;
  await add(bob, 'admin', new Date(Date.now() + hourMs));
  await add(cleo, 'member', null);
});
afterEach(() => vi.useRealTimers());

const add = (userId: UserId | undefined, role: GroupRole, expiresAt: Date | null) =>
  iam.do(actingUser(ada as UserId), AddGroupMember, { tenantId, groupId, userId: userId as UserId, role, expiresAt });
const bobRemovesCleo = () =>
  iam.do(actingUser(bob as UserId), RemoveGroupMember, { tenantId, groupId, userId: cleo as UserId, expectedVersion: 1 });

/** This process goes wrong by so many hours; PostgreSQL does not. */
const wrongBy = (hours: number) => vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + hours * hourMs });

describe('M-7 ends in groups are judged by the clock of the database', () => {
  test('M-7 an admin whose time is not over manages, though this process is hours ahead', async () => {
    wrongBy(2);
    await expect(bobRemovesCleo()).resolves.toBeDefined();
  });

  test('M-7 an admin whose time is over manages nothing, though this process is hours behind', async () => {
    await owner.query(`UPDATE group_members SET expires_at = now() - interval '1 second' WHERE user_id = $1`, [bob]);
    wrongBy(-2);
    await expect(bobRemovesCleo()).rejects.toBeInstanceOf(GroupNotFound);
  });
});
