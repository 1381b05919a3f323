import { InMemoryIam } from '#iam/testing';
import type { UserId } from '#kernel';
import { actingUser, anId, contextOf } from '#kernel/testing';
import { describe, expect, test } from 'vitest';
import { NamedUserNotFound, UserNotActive } from '../../identities/index.ts';
import * as errors from '../domain/errors.ts';
import { ExpiryBeyondOwn, ExpiryNotAhead } from '../domain/membership-end.ts';
import { AddTenantMember, AddTenantMemberHandler } from './add-tenant-member.ts';
import { RemoveTenantMember, RemoveTenantMemberHandler } from './remove-tenant-member.ts';

const iam = new InMemoryIam();
const [ada, bob, cleo, eve] = [iam.aUser(), iam.aUser(), iam.aUser(), iam.aUser()];
const tenantId = iam.aTenantWith({ admin: [ada], operator: [bob], member: [cleo] });
const add = (userId: UserId, input: Partial<AddTenantMember['input']> = {}, actor = ada) =>
  new AddTenantMemberHandler(iam.unitOfWork, iam.access, iam.admission, iam.clock).execute(
    new AddTenantMember(contextOf(actingUser(actor)), { tenantId, userId, role: 'member', ...input }),
  );

const inMs = (milliseconds: number) => new Date(iam.clock.now().getTime() + milliseconds);

describe('adding a member', () => {
  test('M-1 gives one role, once', async () => {
    const dan = iam.aUser();
    expect(await add(dan, { role: 'operator' })).toEqual({ version: 1 });
    expect(iam.roleOf(tenantId, dan)).toBe('operator');
    expect(iam.unitOfWork.newEventTypes()).toEqual(['tenancy.member_added']);
    await expect(add(dan, { role: 'admin' })).rejects.toBeInstanceOf(errors.AlreadyMember);
    expect(iam.roleOf(tenantId, dan)).toBe('operator');
  });

  test('M-6 brings nothing back but the count of versions', async () => {
    const dan = iam.aUser();
    await add(dan, { role: 'admin' });
    const remove = new RemoveTenantMemberHandler(iam.unitOfWork, iam.access, iam.members, iam.removal, iam.clock);
    await remove.execute(new RemoveTenantMember(contextOf(actingUser(ada)), { tenantId, userId: dan, expectedVersion: 1 }));
    expect(await add(dan)).toEqual({ version: 3 });
    expect(iam.roleOf(tenantId, dan)).toBe('member');
  });

  test('M-7 until a moment ends by itself; then it can be given anew, after what it left behind', async () => {
    const dan = iam.aUser();
    await add(dan, { role: 'operator', expiresAt: inMs(60_000) });
    await expect(add(dan)).rejects.toBeInstanceOf(errors.AlreadyMember);
    iam.worksIn(tenantId, dan, 'viewer');
    iam.clock.passes(60_000);
    iam.unitOfWork.newEventTypes();
    expect(await add(dan)).toEqual({ version: 3 });
    expect(iam.roleOf(tenantId, dan)).toBe('member');
    expect(iam.unitOfWork.newEventTypes()).toEqual(['tenancy.member_removed', 'workspaces.member_removed', 'tenancy.member_added']);
  });

  test('M-7 is refused for longer than whoever adds is there, and for the past', async () => {
    const brief = iam.aUser();
    await add(brief, { role: 'admin', expiresAt: inMs(60_000) });
    await expect(add(eve, {}, brief)).rejects.toBeInstanceOf(ExpiryBeyondOwn);
    await expect(add(eve, { expiresAt: inMs(60_001) }, brief)).rejects.toBeInstanceOf(ExpiryBeyondOwn);
    await expect(add(eve, { expiresAt: iam.clock.now() })).rejects.toBeInstanceOf(ExpiryNotAhead);
    await add(eve, { expiresAt: inMs(60_000) }, brief);
    iam.clock.passes(60_000);
    await expect(add(eve, {}, brief)).rejects.toBeInstanceOf(errors.TenantNotFound);
  });

  test('M-3 is for admins', async () => {
    await expect(add(eve, { role: 'admin' }, bob)).rejects.toBeInstanceOf(errors.RoleAboveOwn);
    await expect(add(eve, {}, bob)).rejects.toBeInstanceOf(errors.TenantAdminRequired);
    await expect(add(eve, {}, cleo)).rejects.toBeInstanceOf(errors.TenantAdminRequired);
    await expect(add(eve, {}, eve)).rejects.toBeInstanceOf(errors.TenantNotFound);
  });

  test('refuses whoever is no user or not active, and leaves nothing behind', async () => {
    const suspended = iam.aUser('suspended');
    await expect(add(anId())).rejects.toBeInstanceOf(NamedUserNotFound);
    await expect(add(suspended)).rejects.toBeInstanceOf(UserNotActive);
    expect(iam.roleOf(tenantId, suspended)).toBeNull();
  });

  test('is refused in a suspended tenant', async () => {
    const suspended = iam.aTenantWith({ admin: [ada] }, 'suspended');
    await expect(add(eve, { tenantId: suspended })).rejects.toBeInstanceOf(errors.TenantSuspended);
  });
});
