import * as iam from '#iam';
import { DomainError, type UserId, type WorkspaceId } from '#kernel';
import { actingProduct, actingUser } from '#kernel/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunningIam } from './support/running-iam.ts';
import { TreeScene } from './support/tree-scene.ts';
import { TwoProcesses } from './support/two-processes.ts';

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

function anyCommand(
  roll: (sides: number) => number,
  { ada, tenantId, root }: TreeScene,
  all: WorkspaceId[],
  people: readonly UserId[],
): Command {
  const one = <T>(of: readonly T[]): T => of[roll(of.length)] as T;
  const [workspaceId, parentId, userId] = [one(all), one([root, ...all]), one(people)];
  const at = { tenantId, workspaceId };
  const actor = one([actingUser(ada), actingProduct, actingUser(userId)]);
  const version = async (running: RunningIam) => (await running.ask(iam.FindWorkspace, at)).version;
  const commands: Command[] = [
    async (running) => {
      const made = await running.do(actor, iam.CreateChildWorkspace, { tenantId, parentId, name: `w${roll(1_000_000)}` });
      all.push(made.workspace_id);
    },
    (running) => running.do(actor, iam.MoveWorkspace, { ...at, parentId }),
    (running) => running.do(actor, iam.MoveWorkspace, { ...at, parentId: root }),
    (running) => running.do(actor, iam.ArchiveWorkspace, { ...at, subtree: roll(2) === 0 }),
    (running) => running.do(actor, iam.UnarchiveWorkspace, at),
    (running) => running.do(actor, iam.UnarchiveWorkspace, at),
    async (running) => running.do(actor, iam.DeleteWorkspace, { ...at, expectedVersion: await version(running) }),
    async (running) =>
      running.do(actor, iam.ChangeWorkspaceInheritance, { ...at, inherits: roll(2) === 0, expectedVersion: await version(running) }),
    async (running) => running.do(actor, iam.ChangeWorkspace, { ...at, name: `n${roll(20)}`, expectedVersion: await version(running) }),
    (running) =>
      running.do(actor, iam.AddWorkspaceMember, { ...at, subject: { type: 'user', id: userId }, role: one(iam.WORKSPACE_ROLES) }),
    (running) => running.do(actingUser(userId), iam.LeaveWorkspace, at),
    (running) => running.do(actingUser(userId), iam.LeaveTenant, { tenantId }),
    (running) => running.do(actingProduct, iam.AddTenantMember, { tenantId, userId, role: one(iam.TENANT_ROLES) }),
  ];
  return one(commands);
}

test('every command on the tree at once: none waits in a circle, and the tree stays one', async () => {
  const roll = dice(1848);
  const tree = await TreeScene.open(both);
  const people: UserId[] = [];
  while (people.length < 4) people.push(await both.owner.insertUser());
  const all = [await tree.child(), await tree.child()];
  all.push(await tree.child(all[0]), await tree.child(all[1]));
  const faults: unknown[] = [];
  let done = 0;
  const worker = async (running: RunningIam) => {
    for (let turn = 0; turn < 100; turn += 1) {
      const command = anyCommand(roll, tree, all, people);
      await command(running).then(
        () => (done += 1),
        (error: unknown) => error instanceof DomainError || faults.push(error),
      );
    }
  };
  await Promise.all([both.left, both.left, both.left, both.right, both.right, both.right].map(worker));
  expect(faults).toEqual([]);
  expect(done).toBeGreaterThan(50); // so that something was really done, also on a busy machine
  expect([await tree.lost(), await tree.activeBelowArchived()]).toEqual([[], []]);
  await Promise.all([both.left.stop(), both.right.stop()]); // what a session counted is published when it ends
  const [counted] = await both.owner.query('SELECT deadlocks::integer FROM pg_stat_database WHERE datname = current_database()');
  expect(counted).toEqual({ deadlocks: 0 });
});
