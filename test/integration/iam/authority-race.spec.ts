import { AddTenantMember, ChangeTenant, ChangeTenantMember, RemoveTenantMember, SuspendTenant } from '#iam';
import type { TenantId, UserId } from '#kernel';
import { actingProduct, actingUser } from '#kernel/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import type { RunningIam } from './support/running-iam.ts';
import { TwoProcesses } from './support/two-processes.ts';

const rounds = 100;
let both: TwoProcesses;
let bob: UserId;

beforeAll(async () => {
  both = await TwoProcesses.start();
  bob = await both.owner.insertUser();
});
afterAll(() => both.stop());

interface Scene {
  readonly tenantId: TenantId;
  readonly ada: UserId;
  readonly dan: UserId;
}

/** A tenant of Ada and Bob, both admins, and Dan outside. */
async function scene(): Promise<Scene> {
  const [ada, dan] = [await both.owner.insertUser(), await both.owner.insertUser()];
  return { tenantId: await both.owner.insertTenantWithAdmins(ada, bob), ada, dan };
}

type Act = (scene: Scene) => (iam: RunningIam) => Promise<unknown>;
const adaAddsDan: Act =
  ({ tenantId, ada, dan }) =>
  (iam) =>
    iam.do(actingUser(ada), AddTenantMember, { tenantId, userId: dan, role: 'admin' });
const adaRenames: Act =
  ({ tenantId, ada }) =>
  (iam) =>
    iam.do(actingUser(ada), ChangeTenant, { tenantId, expectedVersion: 1, name: 'Mine' });
const adaIsDemoted: Act =
  ({ tenantId, ada }) =>
  (iam) =>
    iam.do(actingProduct, ChangeTenantMember, { tenantId, userId: ada, role: 'member', expectedVersion: 1 });
const adaIsRemoved: Act =
  ({ tenantId, ada }) =>
  (iam) =>
    iam.do(actingProduct, RemoveTenantMember, { tenantId, userId: ada, expectedVersion: 1 });
const tenantIsSuspended: Act =
  ({ tenantId }) =>
  (iam) =>
    iam.do(actingProduct, SuspendTenant, { tenantId });

test.each([
  ['M-3', 'an admin adds', 'is demoted', adaAddsDan, adaIsDemoted, 'TenantAdminRequired|RoleAboveOwn'],
  ['M-3', 'an admin adds', 'is removed', adaAddsDan, adaIsRemoved, 'TenantNotFound'],
  ['M-3', 'an admin renames', 'is demoted', adaRenames, adaIsDemoted, 'TenantAdminRequired'],
  ['T-4', 'an admin adds', 'sees the tenant suspended', adaAddsDan, tenantIsSuspended, 'TenantSuspended'],
  ['T-4', 'an admin renames', 'sees the tenant suspended', adaRenames, tenantIsSuspended, 'TenantSuspended|VersionMismatch'],
] as const)(`%s %s and %s at once, ${rounds} rounds: done before, or refused`, async (_id, _one, _other, act, loses, refusal) => {
  for (let round = 0; round < rounds; round += 1) {
    const where = await scene();
    const [acted, lost] = await both.race(act(where), loses(where));
    expect(lost).toBe('done');
    const told = (await both.owner.eventsAbout(where.tenantId)).map(({ type }) => type);
    if (acted === 'done') expect(told[0]).toMatch(/^tenancy\.(member_added|tenant_changed)$/);
    else expect([`(${refusal})`, told.length]).toEqual([expect.stringContaining(acted), 1]);
  }
});

test(`M-6 a member is removed while a role below the tenant is given, ${rounds} rounds: no role outlives the membership`, async () => {
  for (let round = 0; round < rounds; round += 1) {
    const { tenantId, ada } = await scene();
    const workspaceId = await both.owner.insertWorkspace(tenantId);
    const outcomes = await both.race(adaIsRemoved({ tenantId, ada, dan: bob }), () =>
      both.owner.insertWorkspaceMember(tenantId, workspaceId, ada, 'owner'),
    );
    expect(outcomes[0]).toBe('done');
    const told = (await both.owner.eventsAbout(tenantId)).map(({ type }) => type);
    const roleWasGiven = outcomes[1] === 'done';
    expect(told).toEqual(roleWasGiven ? ['tenancy.member_removed', 'workspaces.member_removed'] : ['tenancy.member_removed']);
    expect(await both.owner.query('SELECT role FROM workspace_members WHERE workspace_id = $1', [workspaceId])).toEqual([]);
  }
});

test('M-6 a role that is being given when the membership ends is waited for, and taken along', async () => {
  const { tenantId, ada, dan } = await scene();
  const workspaceId = await both.owner.insertWorkspace(tenantId);
  await both.owner.query('BEGIN');
  await both.owner.insertWorkspaceMember(tenantId, workspaceId, ada, 'owner');
  const removal = adaIsRemoved({ tenantId, ada, dan })(both.left);
  await eventually(async () => (await both.owner.waiting()) > 0, { what: 'the removal waiting' });
  await both.owner.query('COMMIT');
  await removal;
  const told = (await both.owner.eventsAbout(tenantId)).map(({ type }) => type);
  expect(told).toEqual(['tenancy.member_removed', 'workspaces.member_removed']);
});
