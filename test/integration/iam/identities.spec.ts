import {
  FindUser,
  GrantPlatformAdmin,
  ListPlatformAdmins,
  ListUsers,
  ProvisionUser,
  ReactivateUser,
  RevokePlatformAdmin,
  SuspendUser,
  UserNotFound,
} from '#iam';
import type { UserId } from '#kernel';
import { actingProduct, actingUser, anId } from '#kernel/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OwnerConnection } from './support/owner-connection.ts';
import type { RunningIam } from './support/running-iam.ts';
import { TwoProcesses } from './support/two-processes.ts';

const issuer = 'https://issuer.test';
let both: TwoProcesses;
let iam: RunningIam;
let owner: OwnerConnection;

beforeAll(async () => {
  both = await TwoProcesses.start();
  ({ left: iam, owner } = both);
});
afterAll(() => both.stop());

describe('I-2 a user', () => {
  test.each([
    ['Ada@Example.ORG', 'ada@example.org'],
    ['İSTANBUL@Example.org', 'i̇stanbul@example.org'],
    ['ΣΊΣΥΦΟΣ@Example.org', 'σίσυφος@example.org'],
    [`${'a'.repeat(308)}@Example.org`, `${'a'.repeat(308)}@example.org`],
    ['no address', null],
  ])('with the e-mail %s is kept, and found by it', async (email, kept) => {
    const { user_id: userId } = await iam.do(actingProduct, ProvisionUser, {
      issuer,
      subject: anId(),
      email,
      emailVerified: true,
      name: 'Ada',
    });
    expect(await iam.ask(FindUser, { userId })).toMatchObject({
      email: kept,
      email_verified: kept !== null,
      display_name: 'Ada',
      version: 1,
    });
    const found = await iam.ask(ListUsers, { email, limit: 10 });
    expect(found.rows.map(({ id }) => id)).toEqual(kept === null ? [] : [userId]);
  });

  test('with the longest subject and name there may be is kept', async () => {
    const command = { issuer, subject: 's'.repeat(255), name: '名'.repeat(300) };
    const { user_id: userId } = await iam.do(actingProduct, ProvisionUser, command);
    expect((await iam.ask(FindUser, { userId })).display_name).toBe('名'.repeat(255));
  });

  test('is listed once, page by page', async () => {
    const [first, rest] = [await iam.ask(ListUsers, { limit: 3 }), await iam.ask(ListUsers, { limit: 200 })];
    const second = await iam.ask(ListUsers, { limit: 200, after: first.next ?? '' });
    expect([...first.rows, ...second.rows]).toEqual(rest.rows);
    await expect(iam.ask(FindUser, { userId: anId<UserId>() })).rejects.toBeInstanceOf(UserNotFound);
  });
});

test('I-5 a suspended user is told to every tenant and to the platform, and so is their return', async () => {
  const [root, ada] = [actingUser(await owner.insertPlatformAdmin()), await owner.insertUser()];
  const tenants = [await owner.insertTenantWithAdmins(ada), await owner.insertTenantWithAdmins(ada)].sort();
  await iam.do(root, SuspendUser, { userId: ada });
  await iam.do(root, ReactivateUser, { userId: ada });
  const told = await owner.query(
    `SELECT type, tenant_id, revoking, aggregate_version, bucket = 256 AS platform FROM outbox_events
     WHERE aggregate_type = 'user' AND aggregate_id = $1 ORDER BY position`,
    [ada],
  );
  const event = (type: string, tenant_id: string | null, revoking: boolean, aggregate_version: number) => ({
    type: `identities.${type}`,
    tenant_id,
    revoking,
    aggregate_version,
    platform: tenant_id === null,
  });
  expect(told).toEqual([
    ...[null, ...tenants].map((tenant, nth) => event('user_suspended', tenant, true, 2 + nth)),
    ...[null, ...tenants].map((tenant, nth) => event('user_reactivated', tenant, false, 5 + nth)),
  ]);
});

test('I-6 platform admins come, are listed, and go; a version outlives the right', async () => {
  const [root, ada] = [await owner.insertPlatformAdmin(), await owner.insertUser()];
  const listed = async () => (await iam.ask(ListPlatformAdmins, { limit: 200 })).rows.map(({ user_id }) => user_id);
  expect(await iam.do(actingUser(root), GrantPlatformAdmin, { userId: ada })).toEqual({ version: 1 });
  expect(await listed()).toEqual(expect.arrayContaining([root, ada]));
  expect(await iam.do(actingUser(ada), RevokePlatformAdmin, { userId: ada, expectedVersion: 1 })).toEqual({ version: 2 });
  expect(await listed()).not.toContain(ada);
  expect(await iam.do(actingUser(root), GrantPlatformAdmin, { userId: ada })).toEqual({ version: 3 });
});
