import {
  ForwardingAuthorizationProvider,
  relationshipKey,
  type GraphToken,
  type Precondition,
  type RelationshipUpdate,
} from '#authorization';
import {
  AddTenantMember,
  AddWorkspaceMember,
  ChangeWorkspaceMember,
  LeaveWorkspace,
  RemoveTenantMember,
  RemoveWorkspaceMember,
  TransferWorkspaceOwnership,
  type MemberSubject,
  type WorkspaceRole,
} from '#iam';
import type { GroupId, TenantId, UserId, WorkspaceId } from '#kernel';
import { actingUser, anId } from '#kernel/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { ProjectionBench } from '../outbox/support/projection-bench.ts';

/** The calls that wrote edges of roles in workspaces, each as what it did to them. */
class CountedWrites extends ForwardingAuthorizationProvider {
  static readonly calls: string[][] = [];

  override async write(updates: readonly RelationshipUpdate[], preconditions?: readonly Precondition[]): Promise<GraphToken> {
    const token = await super.write(updates, preconditions);
    const ofRoles = updates.filter(({ relationship: { resource, relation } }) => resource.type === 'workspace' && relation !== 'tenant');
    const told = ofRoles.map(({ operation, relationship }) => `${operation} ${relationshipKey(relationship)}`);
    if (told.length > 0) CountedWrites.calls.push(told.sort());
    return token;
  }
}

let bench: ProjectionBench;
let ada: UserId, ben: UserId;
let tenantId: TenantId, workspaceId: WorkspaceId;

beforeAll(async () => {
  bench = await ProjectionBench.open();
  await bench.worker({ through: (graph) => new CountedWrites(graph) });
});
beforeEach(async () => {
  [ada, ben] = [await bench.user(), await bench.user()];
  ({ id: tenantId, root: workspaceId } = await bench.tenant(ada));
  await bench.iam.do(actingUser(ada), AddTenantMember, { tenantId, userId: ben, role: 'member' });
  await bench.settled();
});
afterAll(() => bench?.close());

const user = (id: UserId): MemberSubject => ({ type: 'user', id });
const soon = (ms: number) => new Date(Math.ceil((Date.now() + ms) / 1_000) * 1_000);
const may = (permission: string, who = ben) => bench.allows(`workspace:${workspaceId}#${permission}@user:${who}`);
const add = async (subject: MemberSubject, role: WorkspaceRole, expiresAt: Date | null = null) => {
  const added = await bench.iam.do(actingUser(ada), AddWorkspaceMember, { tenantId, workspaceId, subject, role, expiresAt });
  await bench.settled();
  return added;
};
const change = (subject: MemberSubject, to: { role?: WorkspaceRole; expiresAt?: Date | null }, expectedVersion: number) =>
  bench.iam.do(actingUser(ada), ChangeWorkspaceMember, { tenantId, workspaceId, subject, expectedVersion, ...to });

/** What it wrote to the graph, call by call. */
async function writesOf(command: Promise<unknown>): Promise<readonly string[][]> {
  CountedWrites.calls.splice(0);
  await command;
  await bench.settled();
  return CountedWrites.calls.splice(0);
}
const edge = (role: WorkspaceRole, subject: string) => `workspace:${workspaceId}#${role}@${subject}`;

describe('members of a workspace in the graph', () => {
  test('M-4 a change of role is one write, which takes and gives together', async () => {
    await add(user(ben), 'viewer');
    const who = `user:${ben}`;
    const raised = await writesOf(change(user(ben), { role: 'admin' }, 1));
    expect(raised).toEqual([['touch ' + edge('admin', who), 'touch ' + edge('member', who), 'touch ' + edge('viewer', who)]]);
    expect([await may('manage'), await may('own')]).toEqual([true, false]);
    const lowered = await writesOf(change(user(ben), { role: 'viewer' }, 2));
    expect(lowered).toEqual([['delete ' + edge('admin', who), 'delete ' + edge('member', who), 'touch ' + edge('viewer', who)]]);
    expect([await may('manage'), await may('view')]).toEqual([false, true]);
  });

  test('M-4 M-7 a change of role and end together is one write', async () => {
    await add(user(ben), 'admin');
    const writes = await writesOf(change(user(ben), { role: 'member', expiresAt: soon(60_000) }, 1));
    const who = `user:${ben}`;
    expect(writes).toEqual([['delete ' + edge('admin', who), 'touch ' + edge('member', who), 'touch ' + edge('viewer', who)]]);
    expect([await may('manage'), await may('edit')]).toEqual([false, true]);
  });

  test('M-3 a transfer is one write', async () => {
    const writes = await writesOf(bench.iam.do(actingUser(ada), TransferWorkspaceOwnership, { tenantId, workspaceId, userId: ben }));
    expect(writes).toHaveLength(1);
    expect(writes[0]).toContain('delete ' + edge('owner', `user:${ada}`));
    expect(writes[0]).toContain('touch ' + edge('owner', `user:${ben}`));
    expect(await may('own')).toBe(true);
  });

  test('a group has its role for its members, and loses it', async () => {
    const id = anId<GroupId>();
    await bench.owner.query(
      `INSERT INTO groups (id, tenant_id, name, version, created_at, updated_at) VALUES ($1, $2, $1, 1, now(), now())`,
      [id, tenantId],
    );
    const group: MemberSubject = { type: 'group', id };
    const added = await writesOf(add(group, 'viewer'));
    expect(added).toEqual([['touch ' + edge('viewer', `group:${id}#member`)]]);
    const removed = await writesOf(
      bench.iam.do(actingUser(ada), RemoveWorkspaceMember, { tenantId, workspaceId, subject: group, expectedVersion: 1 }),
    );
    expect(removed).toEqual([['delete ' + edge('viewer', `group:${id}#member`)]]);
  });

  test('whoever leaves or is removed is out, and M-6 so is who leaves the tenant', async () => {
    await add(user(ben), 'owner');
    expect(await may('own')).toBe(true);
    await bench.iam.do(actingUser(ben), LeaveWorkspace, { tenantId, workspaceId });
    await bench.settled();
    expect(await may('see')).toBe(false);
    await add(user(ben), 'owner');
    const gone = await writesOf(bench.iam.do(actingUser(ada), RemoveTenantMember, { tenantId, userId: ben, expectedVersion: 1 }));
    expect(gone.flat()).toContain('delete ' + edge('owner', `user:${ben}`));
    await bench.iam.do(actingUser(ada), AddTenantMember, { tenantId, userId: ben, role: 'member' });
    await bench.settled();
    expect(await may('see')).toBe(false);
  });

  test('M-7 an end reaches the graph, and ends the role there by itself', async () => {
    const end = soon(2_000);
    await add(user(ben), 'admin', end);
    expect(await may('manage')).toBe(true);
    CountedWrites.calls.splice(0);
    await eventually(async () => !(await may('see')), { within: 8_000, every: 20, what: 'the end of the role' });
    expect(Date.now()).toBeGreaterThanOrEqual(end.getTime());
    expect(Date.now() - end.getTime()).toBeLessThan(2_000);
    expect(CountedWrites.calls).toEqual([]);
  });

  test('M-7 a renewal goes on beyond the first end, and an earlier end comes earlier', async () => {
    const first = soon(3_000);
    await add(user(ben), 'member', first);
    const [renewed] = await writesOf(change(user(ben), { expiresAt: soon(60_000) }, 1));
    expect(renewed).toContain('touch ' + edge('member', `user:${ben}`));
    await eventually(async () => Date.now() > first.getTime() + 500, { within: 5_000, every: 50, what: 'the first end' });
    expect(await may('edit')).toBe(true);
    const end = soon(2_000);
    await change(user(ben), { expiresAt: end }, 2);
    await bench.settled();
    await eventually(async () => !(await may('see')), { within: 8_000, every: 20, what: 'the earlier end' });
    expect(Date.now() - end.getTime()).toBeLessThan(2_000);
  });

  test('M-7 past its end a role is added anew, and shows in the graph', async () => {
    const end = soon(1_500);
    await add(user(ben), 'owner', end);
    await eventually(async () => Date.now() > end.getTime() + 100, { within: 5_000, every: 50, what: 'the end' });
    expect(await add(user(ben), 'viewer')).toEqual({ version: 3 });
    expect([await may('view'), await may('edit')]).toEqual([true, false]);
  });
});
