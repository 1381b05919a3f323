import {
  AddWorkspaceMember,
  ChangeWorkspaceMember,
  RemoveGroupMember,
  RemoveTenantMember,
  RemoveWorkspaceMember,
  SuspendUser,
  type MemberSubject,
} from '#iam';
import type { GroupId, UserId } from '#kernel';
import { actingProduct, actingUser, anId } from '#kernel/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunningIam } from './support/running-iam.ts';
import { TwoProcesses } from './support/two-processes.ts';
import { workspaceScene, type WorkspaceScene } from './support/workspace-scene.ts';

const rounds = 100;
let both: TwoProcesses;

beforeAll(async () => {
  both = await TwoProcesses.start();
});
afterAll(() => both.stop());

const user = (id: UserId): MemberSubject => ({ type: 'user', id });
type Act = (iam: RunningIam) => Promise<unknown>;

/** Gives the granter a role that reaches the workspace, and says how it is lost. */
type Ground = (scene: WorkspaceScene, granter: UserId) => Promise<Act>;

const demotedIn =
  ({ tenantId }: WorkspaceScene, workspaceId: WorkspaceScene['workspaceId'], granter: UserId): Act =>
  (iam) =>
    iam.do(actingProduct, ChangeWorkspaceMember, { tenantId, workspaceId, subject: user(granter), role: 'member', expectedVersion: 1 });

const here: Ground = async (scene, granter) => {
  await both.owner.insertWorkspaceMember(scene.tenantId, scene.workspaceId, granter, 'admin');
  return demotedIn(scene, scene.workspaceId, granter);
};

const above: Ground = async (scene, granter) => {
  await both.owner.insertWorkspaceMember(scene.tenantId, scene.rootId, granter, 'admin');
  return demotedIn(scene, scene.rootId, granter);
};

const aGroup = async ({ tenantId, rootId }: WorkspaceScene, member: UserId): Promise<GroupId> => {
  const id = anId<GroupId>();
  await both.owner.query(
    `WITH made AS (INSERT INTO groups (id, tenant_id, name, version, created_at, updated_at) VALUES ($1, $2, $1, 1, now(), now())),
       member AS (INSERT INTO group_members (tenant_id, group_id, user_id, role, version, joined_at, updated_at)
         VALUES ($2, $1, $3, 'member', 1, now(), now()))
     INSERT INTO workspace_members (tenant_id, workspace_id, subject_type, subject_id, group_id, role, version, joined_at, updated_at)
     VALUES ($2, $4, 'group', $1, $1, 'admin', 1, now(), now())`,
    [id, tenantId, member, rootId],
  );
  return id;
};

const throughGroup: Ground = async (scene, granter) => {
  const groupId = await aGroup(scene, granter);
  return (iam) => iam.do(actingProduct, RemoveGroupMember, { tenantId: scene.tenantId, groupId, userId: granter, expectedVersion: 1 });
};

const roleOfGroup: Ground = async ({ tenantId, rootId: workspaceId, ...scene }, granter) => {
  const id = await aGroup({ tenantId, rootId: workspaceId, ...scene }, granter);
  const subject = { type: 'group', id } as const;
  return (iam) => iam.do(actingProduct, RemoveWorkspaceMember, { tenantId, workspaceId, subject, expectedVersion: 1 });
};

const offboarded: Ground = async (scene, granter) => {
  await both.owner.insertWorkspaceMember(scene.tenantId, scene.workspaceId, granter, 'admin');
  return (iam) => iam.do(actingProduct, RemoveTenantMember, { tenantId: scene.tenantId, userId: granter, expectedVersion: 1 });
};

describe('M-3 what the granter is, is read in the transaction that grants', () => {
  test.each([
    ['is demoted in the workspace', here, 'WorkspaceRoleTooLow'],
    ['is demoted on its parent', above, 'WorkspaceRoleTooLow'],
    ['leaves the group that is an admin above', throughGroup, 'WorkspaceNotFound'],
    ['sees the group lose its role above', roleOfGroup, 'WorkspaceNotFound'],
    ['is removed from the tenant', offboarded, 'TenantNotFound'],
  ] as const)(`a role is granted while the granter %s, ${rounds} rounds: granted before, or refused`, async (_how, ground, refusal) => {
    for (let round = 0; round < rounds; round += 1) {
      const scene = await workspaceScene(both.owner, null, null);
      const { tenantId, workspaceId, people } = scene;
      const [bob, cleo] = people as [UserId, UserId];
      const loses = await ground(scene, bob);
      const [granted, lost] = await both.race(
        (iam) => iam.do(actingUser(bob), AddWorkspaceMember, { tenantId, workspaceId, subject: user(cleo), role: 'admin' }),
        loses,
      );
      expect([granted, lost]).toEqual([granted === 'done' ? 'done' : refusal, 'done']);
      const told = (await both.owner.eventsAbout(tenantId)).map(({ type }) => type);
      expect(told.indexOf('workspaces.member_added')).toBe(granted === 'done' ? 0 : -1);
    }
  });
});

test(`I-5 a user is suspended while they are added, ${rounds} rounds: added before, or refused`, async () => {
  const { tenantId, workspaceId, people } = await workspaceScene(both.owner, 'owner');
  const [ada] = people as [UserId];
  for (let round = 0; round < rounds; round += 1) {
    const userId = await both.owner.insertUser();
    await both.owner.insertMember(tenantId, userId, 'member');
    const subject = user(userId);
    const [added, suspended] = await both.race(
      (iam) => iam.do(actingUser(ada), AddWorkspaceMember, { tenantId, workspaceId, subject, role: 'owner' }),
      (iam) => iam.do(actingProduct, SuspendUser, { userId }),
    );
    expect([added, suspended]).toEqual([expect.stringMatching(/^(done|UserNotActive)$/), 'done']);
    const told = await both.owner.query<{ type: string }>(
      `SELECT type FROM outbox_events WHERE tenant_id = $1 AND $2 IN (payload->>'userId', payload->>'subjectId') ORDER BY position`,
      [tenantId, userId],
    );
    const events = ['identities.user_suspended'];
    if (added === 'done') events.unshift('workspaces.member_added');
    expect(told.map(({ type }) => type)).toEqual(events);
  }
});
