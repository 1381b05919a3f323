import * as iam from '#iam';
import { DomainError, type GroupId, type UserId, type WorkspaceId } from '#kernel';
import { actingProduct, actingUser, anId } from '#kernel/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunningIam } from './support/running-iam.ts';
import { TwoProcesses } from './support/two-processes.ts';
import { workspaceScene, type WorkspaceScene } from './support/workspace-scene.ts';

let both: TwoProcesses;

beforeAll(async () => {
  both = await TwoProcesses.start();
});
afterAll(() => both.stop());

/** A small generator, so that a run that fails can be run again. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % sides;
  };
}

type Command = (running: RunningIam) => Promise<unknown>;

function anyCommand(roll: (sides: number) => number, { tenantId, rootId, ...scene }: WorkspaceScene, groups: readonly GroupId[]): Command {
  const one = <T>(of: readonly T[]): T => of[roll(of.length)] as T;
  const workspace = { tenantId, workspaceId: one<WorkspaceId>([rootId, scene.workspaceId]) };
  const [userId, groupId, role] = [one(scene.people), one(groups), one(iam.WORKSPACE_ROLES)];
  const subject: iam.MemberSubject = roll(3) === 0 ? { type: 'group', id: groupId } : { type: 'user', id: userId };
  const actor = roll(3) === 0 ? actingProduct : actingUser(one<UserId>(scene.people));
  const member = async (running: RunningIam) => (await running.ask(iam.FindWorkspaceMember, { ...workspace, subject })).version;
  const commands: Command[] = [
    (running) => running.do(actor, iam.AddWorkspaceMember, { ...workspace, subject, role }),
    async (running) =>
      running.do(actor, iam.ChangeWorkspaceMember, { ...workspace, subject, role, expectedVersion: await member(running) }),
    async (running) => running.do(actor, iam.RemoveWorkspaceMember, { ...workspace, subject, expectedVersion: await member(running) }),
    (running) => running.do(actingUser(userId), iam.LeaveWorkspace, workspace),
    (running) => running.do(actor, iam.TransferWorkspaceOwnership, { ...workspace, userId }),
    (running) => running.do(actingProduct, iam.AddGroupMember, { tenantId, groupId, userId, role: one(iam.GROUP_ROLES) }),
    (running) => running.do(actingUser(userId), iam.LeaveGroup, { tenantId, groupId }),
    (running) => running.do(actingProduct, iam.SuspendUser, { userId }),
    (running) => running.do(actingProduct, iam.ReactivateUser, { userId }),
    (running) => running.do(actingUser(userId), iam.LeaveTenant, { tenantId }),
    (running) => running.do(actingProduct, iam.AddTenantMember, { tenantId, userId, role: one(iam.TENANT_ROLES) }),
    (running) => running.do(actor, iam.CreateChildWorkspace, { tenantId, parentId: rootId, name: `Child ${roll(1_000_000)}` }),
  ];
  return one(commands);
}

test('every command about members of workspaces at once on the same few rows: none waits in a circle', async () => {
  const roll = dice(815);
  const scene = await workspaceScene(both.owner, 'owner', 'owner', 'admin', 'member', null);
  const groups = [anId<GroupId>(), anId<GroupId>()];
  for (const id of groups)
    await both.owner.query(
      `INSERT INTO groups (id, tenant_id, name, version, created_at, updated_at) VALUES ($1, $2, $1, 1, now(), now())`,
      [id, scene.tenantId],
    );
  const faults: unknown[] = [];
  let done = 0;
  const worker = async (running: RunningIam) => {
    for (let turn = 0; turn < 100; turn += 1) {
      await anyCommand(
        roll,
        scene,
        groups,
      )(running).then(
        () => (done += 1),
        (error: unknown) => error instanceof DomainError || faults.push(error),
      );
    }
  };
  await Promise.all([both.left, both.left, both.left, both.right, both.right, both.right].map(worker));
  expect(faults).toEqual([]);
  expect(done).toBeGreaterThan(100);
  await Promise.all([both.left.stop(), both.right.stop()]); // what a session counted is published when it ends
  const [counted] = await both.owner.query('SELECT deadlocks::integer FROM pg_stat_database WHERE datname = current_database()');
  expect(counted).toEqual({ deadlocks: 0 });
});
