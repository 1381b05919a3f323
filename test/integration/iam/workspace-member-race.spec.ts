import { ChangeWorkspaceMember, LeaveWorkspace, RemoveWorkspaceMember, TransferWorkspaceOwnership, type MemberSubject } from '#iam';
import type { UserId } from '#kernel';
import { actingUser } from '#kernel/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunningIam } from './support/running-iam.ts';
import { TwoProcesses } from './support/two-processes.ts';
import { ownersOf, workspaceScene, type WorkspaceScene } from './support/workspace-scene.ts';

const rounds = 100;
let both: TwoProcesses;

beforeAll(async () => {
  both = await TwoProcesses.start();
});
afterAll(() => both.stop());

const user = (id: UserId): MemberSubject => ({ type: 'user', id });
type Act = (scene: WorkspaceScene, actor: UserId, target: UserId) => (iam: RunningIam) => Promise<unknown>;

const demote: Act =
  ({ tenantId, workspaceId }, actor, target) =>
  (iam) =>
    iam.do(actingUser(actor), ChangeWorkspaceMember, { tenantId, workspaceId, subject: user(target), role: 'member', expectedVersion: 1 });
const limit: Act =
  ({ tenantId, workspaceId }, actor, target) =>
  (iam) =>
    iam.do(actingUser(actor), ChangeWorkspaceMember, {
      tenantId,
      workspaceId,
      subject: user(target),
      expiresAt: new Date(Date.now() + 3_600_000),
      expectedVersion: 1,
    });
const remove: Act =
  ({ tenantId, workspaceId }, actor, target) =>
  (iam) =>
    iam.do(actingUser(actor), RemoveWorkspaceMember, { tenantId, workspaceId, subject: user(target), expectedVersion: 1 });
const leave: Act =
  ({ tenantId, workspaceId }, actor) =>
  (iam) =>
    iam.do(actingUser(actor), LeaveWorkspace, { tenantId, workspaceId });
const transferTo: Act =
  ({ tenantId, workspaceId }, actor, target) =>
  (iam) =>
    iam.do(actingUser(actor), TransferWorkspaceOwnership, { tenantId, workspaceId, userId: target });

const twoOwners = async () => {
  const scene = await workspaceScene(both.owner, 'owner', 'owner');
  const [ada, bob] = scene.people as [UserId, UserId];
  return { scene, ada, bob };
};

describe('M-2 two owners at once', () => {
  test.each([
    ['leaving', leave, leave],
    ['leaving and demoting oneself', leave, demote],
    ['demoting and removing oneself', demote, remove],
  ] as const)(`%s, ${rounds} rounds: exactly one stays, who is told why`, async (_way, one, other) => {
    for (let round = 0; round < rounds; round += 1) {
      const { scene, ada, bob } = await twoOwners();
      const outcomes = await both.race(one(scene, ada, ada), other(scene, bob, bob));
      expect([...outcomes].sort()).toEqual(['LastWorkspaceOwner', 'done']);
      expect(await ownersOf(both.owner, scene.workspaceId)).toEqual([outcomes[0] === 'done' ? bob : ada]);
    }
  });

  test.each([
    ['demoting', demote, 'WorkspaceRoleTooLow'],
    ['removing', remove, 'WorkspaceNotFound'],
  ] as const)(`%s each other, ${rounds} rounds: exactly one stays, and who came too late may no more`, async (_way, act, refusal) => {
    for (let round = 0; round < rounds; round += 1) {
      const { scene, ada, bob } = await twoOwners();
      const outcomes = await both.race(act(scene, ada, bob), act(scene, bob, ada));
      expect([...outcomes].sort()).toEqual([refusal, 'done'].sort());
      expect(await ownersOf(both.owner, scene.workspaceId)).toEqual([outcomes[0] === 'done' ? ada : bob]);
    }
  });

  test(`M-7 giving each other an end, ${rounds} rounds: exactly one stays without`, async () => {
    for (let round = 0; round < rounds; round += 1) {
      const { scene, ada, bob } = await twoOwners();
      const outcomes = await both.race(limit(scene, ada, bob), limit(scene, bob, ada));
      // Who has an end by then could still give one, but there is no other owner left.
      expect([...outcomes].sort()).toEqual(['LastWorkspaceOwner', 'done']);
      expect(await ownersOf(both.owner, scene.workspaceId)).toEqual([outcomes[0] === 'done' ? ada : bob]);
    }
  });
});

describe('M-3 ownership that changes hands', () => {
  test(`two transfers of one owner, ${rounds} rounds: one of the two others owns, alone`, async () => {
    for (let round = 0; round < rounds; round += 1) {
      const scene = await workspaceScene(both.owner, 'owner', 'viewer', null);
      const [ada, bob, cleo] = scene.people as [UserId, UserId, UserId];
      const outcomes = await both.race(transferTo(scene, ada, bob), transferTo(scene, ada, cleo));
      expect([...outcomes].sort()).toEqual(['WorkspaceRoleTooLow', 'done']);
      expect(await ownersOf(both.owner, scene.workspaceId)).toEqual([outcomes[0] === 'done' ? bob : cleo]);
    }
  });

  test(`two owners transferring to each other, ${rounds} rounds: exactly one stays`, async () => {
    for (let round = 0; round < rounds; round += 1) {
      const { scene, ada, bob } = await twoOwners();
      const outcomes = await both.race(transferTo(scene, ada, bob), transferTo(scene, bob, ada));
      // One after the other: who got it last has it, and the first is an admin and an owner again, or the other way round.
      expect(outcomes).toEqual(['done', 'done']);
      const told = (await both.owner.eventsAbout(scene.tenantId)).at(-1)?.payload;
      expect(told).toMatchObject({ previousRole: 'owner', role: 'admin' });
      expect(await ownersOf(both.owner, scene.workspaceId)).toEqual([told?.subjectId === ada ? bob : ada]);
    }
  });

  test(`a transfer while the new owner leaves, ${rounds} rounds: never without an owner`, async () => {
    for (let round = 0; round < rounds; round += 1) {
      const scene = await workspaceScene(both.owner, 'owner', 'member');
      const [ada, bob] = scene.people as [UserId, UserId];
      const [transferred, left] = await both.race(transferTo(scene, ada, bob), leave(scene, bob, bob));
      expect([transferred, left]).toEqual(['done', expect.stringMatching(/^(done|LastWorkspaceOwner)$/)]);
      expect(await ownersOf(both.owner, scene.workspaceId)).toEqual([bob]);
    }
  });
});
