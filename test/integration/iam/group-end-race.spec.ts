import { AddGroupMember, AddTenantMember, AddWorkspaceMember, CreateGroup, DeleteGroup, RemoveTenantMember } from '#iam';
import type { TenantId, UserId, WorkspaceId } from '#kernel';
import { actingUser } from '#kernel/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GroupRows } from './support/group-rows.ts';
import { TwoProcesses } from './support/two-processes.ts';

const rounds = 100;
let both: TwoProcesses;
let rows: GroupRows;
let tenantId: TenantId;
let root: WorkspaceId;
let chief: UserId;
let ada: UserId;
let bob: UserId;

beforeAll(async () => {
  both = await TwoProcesses.start();
  rows = new GroupRows(both.owner);
  [chief, ada, bob] = [await both.owner.insertUser(), await both.owner.insertUser(), await both.owner.insertUser()];
  tenantId = await both.owner.insertTenantWithAdmins(chief);
  root = await both.owner.insertWorkspace(tenantId);
});
afterAll(() => both.stop());

describe('G-1 deleting a group', () => {
  test(`G-1 against granting it a role in a workspace, ${rounds} rounds: nothing of it is left`, async () => {
    for (let round = 0; round < rounds; round += 1) {
      const groupId = await rows.insert(tenantId, { admin: [ada, bob] });
      const [deletion, grant] = await both.race(
        (iam) => iam.do(actingUser(chief), DeleteGroup, { tenantId, groupId, expectedVersion: 1 }),
        (iam) =>
          iam.do(actingUser(chief), AddWorkspaceMember, {
            tenantId,
            workspaceId: root,
            subject: { type: 'group', id: groupId },
            role: 'viewer',
          }),
      );
      expect(deletion).toBe('done');
      expect(['done', 'NamedGroupNotFound']).toContain(grant);
      expect(await rows.traces(groupId)).toBe(0);
      const told = await both.owner.query<{ type: string }>(
        `SELECT type FROM outbox_events WHERE payload->>'subjectId' = $1 ORDER BY position`,
        [groupId],
      );
      const granted = ['workspaces.member_added', 'workspaces.member_removed'];
      expect(told.map(({ type }) => type)).toEqual(grant === 'done' ? granted : []);
    }
  });

  test(`G-1 against adding a member, ${rounds} rounds: nothing of it is left`, async () => {
    for (let round = 0; round < rounds; round += 1) {
      const groupId = await rows.insert(tenantId, { admin: [ada] });
      const [deletion, addition] = await both.race(
        (iam) => iam.do(actingUser(chief), DeleteGroup, { tenantId, groupId, expectedVersion: 1 }),
        (iam) => iam.do(actingUser(ada), AddGroupMember, { tenantId, groupId, userId: bob, role: 'member' }),
      );
      expect(deletion).toBe('done');
      expect(['done', 'GroupNotFound']).toContain(addition);
      expect(await rows.traces(groupId)).toBe(0);
    }
  });
});

test(`G-1 the same name twice at once, ${rounds} rounds: one group has it`, async () => {
  for (let round = 0; round < rounds; round += 1) {
    const outcomes = await both.race(
      (iam) => iam.do(actingUser(chief), CreateGroup, { tenantId, name: `Team ${round}` }),
      (iam) => iam.do(actingUser(chief), CreateGroup, { tenantId, name: `TEAM ${round}` }),
    );
    expect([...outcomes].sort()).toEqual(['GroupNameTaken', 'done']);
  }
});

test(`M-5 M-6 joining a group while leaving the tenant, ${rounds} rounds: who is out is out of the group`, async () => {
  const groupId = await rows.insert(tenantId, { admin: [ada] });
  const dan = await both.owner.insertUser();
  for (let round = 0; round < rounds; round += 1) {
    const { version } = await both.left.do(actingUser(chief), AddTenantMember, { tenantId, userId: dan, role: 'member' });
    const [removal, addition] = await both.race(
      (iam) => iam.do(actingUser(chief), RemoveTenantMember, { tenantId, userId: dan, expectedVersion: version }),
      (iam) => iam.do(actingUser(ada), AddGroupMember, { tenantId, groupId, userId: dan, role: 'member' }),
    );
    expect(removal).toBe('done');
    expect(['done', 'UserNotInTenant']).toContain(addition);
    expect((await rows.membersOf(groupId)).map(({ user_id }) => user_id)).toEqual([ada]);
  }
});
