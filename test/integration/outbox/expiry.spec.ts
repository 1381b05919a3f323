import {
  AddGroupMember,
  AddTenantMember,
  AddWorkspaceMember,
  ChangeTenantMember,
  CleanUpExpiredMemberships,
  CreateGroup,
  FindTenantMember,
  FrontDoor,
  ListTenantMembers,
  ListTenants,
  MemberNotFound,
  RemoveTenantMember,
} from '#iam';
import type { TenantId, UserId, WorkspaceId } from '#kernel';
import { actingProduct, actingUser, anId } from '#kernel/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { LandedWrites } from './support/landed-writes.ts';
import { ProjectionBench } from './support/projection-bench.ts';

let bench: ProjectionBench;
let ada: UserId;
let ben: UserId;
let tenantId: TenantId;
let root: WorkspaceId;

beforeAll(async () => {
  bench = await ProjectionBench.open();
});
afterEach(() => bench.stopWorkers());
afterAll(() => bench?.close());
beforeEach(async () => {
  [ada, ben] = [await bench.user(), await bench.user()];
  ({ id: tenantId, root } = await bench.tenant(ada));
});

const inMs = (milliseconds: number) => new Date(Date.now() + milliseconds);
const add = (userId: UserId, expiresAt: Date | null, role: 'member' | 'admin' = 'member') =>
  bench.iam.do(actingUser(ada), AddTenantMember, { tenantId, userId, role, expiresAt });
const change = (userId: UserId, expiresAt: Date | null, expectedVersion: number) =>
  bench.iam.do(actingUser(ada), ChangeTenantMember, { tenantId, userId, expiresAt, expectedVersion });
const cleanUp = () => bench.iam.do(actingProduct, CleanUpExpiredMemberships, undefined);
const isIn = (userId: UserId) => bench.allows(`tenant:${tenantId}#access@user:${userId}`);
const memberEdge = (userId: UserId) => `tenant:${tenantId}#member@user:${userId}`;

describe('M-7 a membership with an end', () => {
  it('M-7 ends by itself in the graph, with nobody there to take it away, and everywhere else at the same moment', async () => {
    await bench.worker();
    await bench.isExact();
    const end = inMs(2_500);
    await add(ben, end, 'admin');
    await bench.isExact();
    expect(await isIn(ben)).toBe(true);
    const door = await bench.iam.ask(FrontDoor, { userId: ben, tenant: tenantId });
    expect(door.role).toBe('admin');
    expect(door.role_ends_in_ms).toBeLessThanOrEqual(2_500);
    await bench.stopWorkers();

    await eventually(async () => !(await isIn(ben)), { within: 4_000, what: 'the end' });
    expect(Date.now()).toBeGreaterThanOrEqual(end.getTime() - 5);
    await eventually(() => Date.now() > end.getTime());
    expect(await bench.iam.ask(FrontDoor, { userId: ben, tenant: tenantId })).toMatchObject({ role: null, role_ends_in_ms: null });
    await expect(bench.iam.ask(FindTenantMember, { tenantId, userId: ben })).rejects.toBeInstanceOf(MemberNotFound);
    expect((await bench.iam.ask(ListTenantMembers, { tenantId, limit: 10 })).rows.map(({ user_id }) => user_id)).toEqual([ada]);
    expect((await bench.iam.ask(ListTenants, { memberId: ben, limit: 10 })).rows).toEqual([]);
    expect(await bench.drift()).toEqual({ missing: [], extra: [] });
  });

  it('M-7 lasts longer when it is renewed, and without an end when that is taken away', async () => {
    await bench.worker();
    const first = inMs(1_500);
    const { version } = await add(ben, first);
    await change(ben, inMs(60_000), version);
    const cleo = await bench.user();
    const added = await add(cleo, first);
    await change(cleo, null, added.version);
    await bench.isExact();
    await eventually(() => Date.now() > first.getTime() + 100);
    expect([await isIn(ben), await isIn(cleo)]).toEqual([true, true]);
    await bench.isExact();
  });

  it('M-4 gets a nearer end in one write, with no moment outside', async () => {
    const landed = new LandedWrites();
    await bench.worker({ through: landed.through });
    const { version } = await add(ben, null);
    await bench.isExact();
    landed.forget();
    await change(ben, inMs(60_000), version);
    await bench.isExact();
    expect(landed.edges).toEqual([`touch ${memberEdge(ben)}`]);
    await change(ben, inMs(1_000), version + 1);
    await eventually(async () => !(await isIn(ben)), { within: 3_000, what: 'the nearer end' });
  });

  it('P-7 behind a shut gate goes until it opens, and is never let in meanwhile', async () => {
    const landed = new LandedWrites();
    const cleo = await bench.user();
    const [{ version }, added] = [await add(ben, null), await add(cleo, null)];
    const worker = await bench.worker({ through: landed.through });
    await bench.isExact();
    await bench.owner.query(`UPDATE projection_shards SET paused = 'grants'`);
    landed.forget();
    await change(ben, inMs(60_000), version);
    await change(cleo, inMs(60_000), added.version);
    for (const shard of [0, 1, 2, 3]) worker.worker.hint(shard);
    await eventually(async () => !(await isIn(ben)) && !(await isIn(cleo)), { what: 'the closing half' });
    expect(landed.edges.sort()).toEqual([`delete ${memberEdge(ben)}`, `delete ${memberEdge(cleo)}`].sort());
    await bench.owner.query(`UPDATE projection_shards SET paused = 'no'`);
    await bench.isExact();
    expect([await isIn(ben), await isIn(cleo)]).toEqual([true, true]);
  });

  it('P-7 behind a shut gate nobody stays in without an end who was removed and came back with one', async () => {
    const { version } = await add(ben, null);
    await bench.worker();
    await bench.isExact();
    await bench.stopWorkers();
    await bench.iam.do(actingUser(ada), RemoveTenantMember, { tenantId, userId: ben, expectedVersion: version });
    await add(ben, inMs(60_000));
    await bench.owner.query(`UPDATE projection_shards SET paused = 'grants'`);
    const landed = new LandedWrites();
    await bench.worker({ through: landed.through });
    await eventually(async () => !(await isIn(ben)), { what: 'the closing half' });
    expect(landed.edges).toEqual([`delete ${memberEdge(ben)}`]);
    await bench.owner.query(`UPDATE projection_shards SET paused = 'no'`);
    await bench.isExact();
    expect(await isIn(ben)).toBe(true);
  });

  it('P-10 keeps its end through a rebuild, which takes away an older, later one first', async () => {
    await bench.worker();
    const { version } = await add(ben, null);
    await bench.isExact();
    await bench.stopWorkers();
    await change(ben, inMs(60_000), version);
    await bench.owner.query('DELETE FROM outbox_pending');
    expect(await bench.drift()).not.toEqual({ missing: [], extra: [] });
    const landed = new LandedWrites();
    await bench.owner.query("UPDATE projection_state SET epoch = $1, status = 'rebuilding', reason = 'for a test'", [anId()]);
    await bench.worker({ through: landed.through });
    await bench.isExact();
    expect(landed.edges.filter((edge) => edge.endsWith(memberEdge(ben)))).toEqual([
      `delete ${memberEdge(ben)}`,
      `touch ${memberEdge(ben)}`,
    ]);
  });
});

describe('M-7 cleaning up', () => {
  beforeEach(() => cleanUp()); // what other tests left

  it('M-7 removes rows past their end at every scope, with events and with what rested on them, once', async () => {
    await bench.worker();
    const cleo = await bench.user();
    const end = inMs(1_200);
    await add(ben, end, 'admin');
    await add(cleo, null);
    const made = await bench.iam.do(actingUser(ada), CreateGroup, { tenantId, name: 'Billing' });
    const groupId = made.group_id;
    const asAda = actingUser(ada);
    for (const [userId, expiresAt] of [
      [ben, null],
      [cleo, end],
    ] as const)
      await bench.iam.do(asAda, AddGroupMember, { tenantId, groupId, userId, role: 'member', expiresAt });
    const subjects = [
      [{ type: 'user', id: ben }, null],
      [{ type: 'user', id: cleo }, end],
      [{ type: 'group', id: groupId }, null],
    ] as const;
    for (const [subject, expiresAt] of subjects)
      await bench.iam.do(asAda, AddWorkspaceMember, { tenantId, workspaceId: root, subject, role: 'viewer', expiresAt });
    await bench.isExact();
    await eventually(() => Date.now() > end.getTime() + 20);
    expect(await bench.drift()).toEqual({ missing: [], extra: [] });

    const [one, other] = await Promise.all([cleanUp(), cleanUp()]);
    expect(one.removed + other.removed + (await cleanUp()).removed).toBe(3);
    const types = (await bench.owner.eventsAbout(tenantId)).map(({ type }) => type).filter((type) => type.endsWith('member_removed'));
    expect(types.sort()).toEqual(['groups', 'groups', 'tenancy', 'workspaces', 'workspaces'].map((module) => `${module}.member_removed`));
    const rows = (table: string) => bench.owner.query(`SELECT FROM ${table} WHERE tenant_id = $1`, [tenantId]);
    expect(
      [await rows('tenant_members'), await rows('group_members'), await rows('workspace_members')].map(({ length }) => length),
    ).toEqual([2, 1, 2]);
    expect(await cleanUp()).toMatchObject({ removed: 0 });
    await bench.isExact();
  });

  it('M-7 whoever comes back before it is cleaned up comes back with nothing else', async () => {
    await bench.worker();
    const end = inMs(1_000);
    await add(ben, end, 'admin');
    await bench.iam.do(actingUser(ada), AddWorkspaceMember, {
      tenantId,
      workspaceId: root,
      subject: { type: 'user', id: ben },
      role: 'owner',
      expiresAt: null,
    });
    await bench.isExact();
    await eventually(() => Date.now() > end.getTime() + 20);
    expect(await add(ben, null)).toEqual({ version: 3 });
    await bench.isExact();
    expect(await isIn(ben)).toBe(true);
    expect(await bench.allows(`workspace:${root}#view@user:${ben}`)).toBe(false);
    expect(await cleanUp()).toMatchObject({ removed: 0 });
  });

  it('M-7 passes over what somebody else holds, without waiting', async () => {
    const end = inMs(300);
    await add(ben, end);
    await eventually(() => Date.now() > end.getTime() + 20);
    await bench.owner.query('BEGIN');
    await bench.owner.query('SELECT FROM tenant_members WHERE tenant_id = $1 AND user_id = $2 FOR UPDATE', [tenantId, ben]);
    expect(await cleanUp()).toMatchObject({ removed: 0 });
    await bench.owner.query('COMMIT');
    expect(await cleanUp()).toMatchObject({ removed: 1 });
  });
});
