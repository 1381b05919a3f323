import * as iam from '#iam';
import { DomainError, type Actor, type GroupId, type TenantId, type UserId, type WorkspaceId } from '#kernel';
import { actingProduct, actingUser, anId } from '#kernel/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { GroupRows } from './support/group-rows.ts';
import type { RunningIam } from './support/running-iam.ts';
import { TwoProcesses } from './support/two-processes.ts';

let both: TwoProcesses;

beforeAll(async () => {
  both = await TwoProcesses.start();
});
afterAll(() => both.stop());

interface Stage {
  readonly tenantId: TenantId;
  readonly users: readonly UserId[];
  readonly workspaces: readonly WorkspaceId[];
  /** Replaced when one is deleted. */
  readonly groups: GroupId[];
}

type Command = (running: RunningIam) => Promise<unknown>;

function one<T>(of: readonly T[]): T {
  return of[Math.floor(Math.random() * of.length)] as T;
}

function anyCommand({ tenantId, users, workspaces, groups }: Stage): Command {
  const [groupId, userId, workspaceId, actor] = [one(groups), one(users), one(workspaces), actingUser(one(users))];
  const role = one(iam.GROUP_ROLES);
  const member = { tenantId, groupId, userId };
  const version = async (running: RunningIam) => (await running.ask(iam.FindGroupMember, member)).version;
  const inTenant = async (running: RunningIam) => (await running.ask(iam.FindTenantMember, { tenantId, userId })).version;
  const items = () => users.map((each) => one([{ op: 'add', userId: each, role } as const, { op: 'remove', userId: each } as const]));
  return one<Command>([
    (running) => running.do(actor, iam.AddGroupMember, { ...member, role }),
    async (running) => running.do(actor, iam.ChangeGroupMember, { ...member, role, expectedVersion: await version(running) }),
    async (running) => running.do(actor, iam.RemoveGroupMember, { ...member, expectedVersion: await version(running) }),
    (running) => running.do(actingUser(userId), iam.LeaveGroup, { tenantId, groupId }),
    (running) => running.do(actor, iam.ChangeGroupMembersInBulk, { tenantId, groupId, items: items() }),
    (running) => replace(running, actor, groups, { tenantId, groupId }),
    (running) =>
      running.do(actor, iam.AddWorkspaceMember, { tenantId, workspaceId, subject: { type: 'group', id: groupId }, role: 'viewer' }),
    (running) => running.do(actor, iam.AddWorkspaceMember, { tenantId, workspaceId, subject: { type: 'user', id: userId }, role: 'admin' }),
    async (running) => running.do(actingProduct, iam.RemoveTenantMember, { tenantId, userId, expectedVersion: await inTenant(running) }),
    (running) => running.do(actingProduct, iam.AddTenantMember, { tenantId, userId, role: one(iam.TENANT_ROLES) }),
    (running) => running.do(actingProduct, iam.AddTenantMember, { tenantId, userId, role: 'admin' }),
    (running) => running.do(actingProduct, iam.SuspendUser, { userId }),
    (running) => running.do(actingProduct, iam.ReactivateUser, { userId }),
    (running) => running.do(actingProduct, iam.ReactivateUser, { userId: one(users) }),
  ]);
}

async function replace(running: RunningIam, actor: Actor, groups: GroupId[], group: { tenantId: TenantId; groupId: GroupId }) {
  await running.do(actor, iam.DeleteGroup, { ...group, expectedVersion: 1 });
  const made = await running.do(actor, iam.CreateGroup, { tenantId: group.tenantId, name: anId() });
  groups.splice(groups.indexOf(group.groupId), 1, made.group_id);
}

test('commands about groups, roles of groups and the people in both, at once: none waits in a circle, and nothing breaks', async () => {
  const rows = new GroupRows(both.owner);
  const users = await Promise.all(Array.from({ length: 5 }, () => both.owner.insertUser()));
  const tenantId = await both.owner.insertTenantWithAdmins(...users.slice(0, 3));
  const root = await both.owner.insertWorkspace(tenantId);
  const workspaces = [root, await both.owner.insertWorkspace(tenantId, root)];
  const groups = [await rows.insert(tenantId, { admin: users }), await rows.insert(tenantId, { admin: users.slice(0, 2) })];
  const faults: unknown[] = [];
  let done = 0;
  const worker = async (running: RunningIam) => {
    for (let turn = 0; turn < 100; turn += 1) {
      await anyCommand({ tenantId, users, workspaces, groups })(running).then(
        () => (done += 1),
        (error: unknown) => error instanceof DomainError || faults.push(error),
      );
    }
  };
  await Promise.all([both.left, both.left, both.left, both.right, both.right, both.right].map(worker));
  expect(faults).toEqual([]);
  expect(done).toBeGreaterThan(50);
  await Promise.all([both.left.stop(), both.right.stop()]); // what a session counted is published when it ends
  const [counted] = await both.owner.query('SELECT deadlocks::integer FROM pg_stat_database WHERE datname = current_database()');
  expect(counted).toEqual({ deadlocks: 0 });
});
