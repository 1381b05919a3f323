import { InMemoryIam } from '#iam/testing';
import { VersionMismatch, type TenantId, type UserId } from '#kernel';
import { actingProduct, actingUser, anId, contextOf } from '#kernel/testing';
import { describe, expect, test } from 'vitest';
import * as errors from '../domain/errors.ts';
import { ExpiryBeyondOwn, OwnExpiry } from '../domain/membership-end.ts';
import { AddTenantMember, AddTenantMemberHandler } from './add-tenant-member.ts';
import { ChangeTenantMember, ChangeTenantMemberHandler } from './change-tenant-member.ts';

const iam = new InMemoryIam();
const [ada, bob, eve] = [iam.aUser(), iam.aUser(), iam.aUser()];
const change = (input: Partial<ChangeTenantMember['input']> & { userId: UserId }, actor = actingUser(ada)) =>
  new ChangeTenantMemberHandler(iam.unitOfWork, iam.access, iam.members, iam.clock).execute(
    new ChangeTenantMember(contextOf(actor), {
      tenantId: aTenant(),
      expectedVersion: 1,
      ...('expiresAt' in input ? {} : { role: 'operator' }),
      ...input,
    }),
  );
const aTenant = () => iam.aTenantWith({ admin: [ada], member: [bob] });

const inMs = (milliseconds: number) => new Date(iam.clock.now().getTime() + milliseconds);
const endOf = (tenantId: TenantId, userId: UserId) => iam.tenancyRows.members.get(`${tenantId}:${userId}`)?.expiresAt;

describe('changing a member', () => {
  test('M-4 keeps the day of joining, and is one event', async () => {
    const tenantId = aTenant();
    const joined = iam.clock.now();
    iam.clock.passes(60_000);
    expect(await change({ tenantId, userId: bob, role: 'admin' })).toEqual({ version: 2 });
    expect(iam.unitOfWork.events.at(-1)).toMatchObject({ type: 'tenancy.member_role_changed', revoking: false });
    const lock = (tx: never) => iam.members.lock(tx, tenantId, bob);
    expect((await lock(undefined as never))?.snapshot).toMatchObject({ role: 'admin', joinedAt: joined });
  });

  test('M-2 is refused to the last active admin, also by the product itself', async () => {
    const tenantId = iam.aTenantWith({ admin: [ada, iam.aUser('suspended')] });
    await expect(change({ tenantId, userId: ada })).rejects.toBeInstanceOf(errors.LastTenantAdmin);
    await expect(change({ tenantId, userId: ada }, actingProduct)).rejects.toBeInstanceOf(errors.LastTenantAdmin);
  });

  test('M-2 goes when another active admin stays', async () => {
    const tenantId = iam.aTenantWith({ admin: [ada, bob] });
    await change({ tenantId, userId: ada });
    expect(iam.roleOf(tenantId, ada)).toBe('operator');
  });

  test('M-3 is for admins', async () => {
    const tenantId = iam.aTenantWith({ admin: [ada], operator: [bob] });
    await expect(change({ tenantId, userId: bob, role: 'admin' }, actingUser(bob))).rejects.toBeInstanceOf(errors.RoleAboveOwn);
    await expect(change({ tenantId, userId: bob, role: 'member' }, actingUser(bob))).rejects.toBeInstanceOf(errors.TenantAdminRequired);
    await expect(change({ tenantId, userId: bob }, actingUser(eve))).rejects.toBeInstanceOf(errors.TenantNotFound);
  });

  test('needs a member, and their version', async () => {
    await expect(change({ userId: anId() })).rejects.toBeInstanceOf(errors.MemberNotFound);
    await expect(change({ userId: bob, expectedVersion: 2 })).rejects.toBeInstanceOf(VersionMismatch);
  });

  test('M-7 gives, moves and takes away an end, alone or with the role', async () => {
    const tenantId = aTenant();
    await change({ tenantId, userId: bob, expiresAt: inMs(60_000) });
    expect(endOf(tenantId, bob)).toEqual(inMs(60_000));
    iam.unitOfWork.newEventTypes();
    expect(await change({ tenantId, userId: bob, role: 'admin', expiresAt: null, expectedVersion: 2 })).toEqual({ version: 4 });
    expect(iam.unitOfWork.newEventTypes()).toEqual(['tenancy.member_role_changed', 'tenancy.member_expiry_changed']);
    expect([iam.roleOf(tenantId, bob), endOf(tenantId, bob)]).toEqual(['admin', null]);
  });

  test('M-2 gives the last admin who is there to stay no end, not even by the product itself', async () => {
    const tenantId = iam.aTenantWith({ admin: [ada], member: [bob] });
    await change({ tenantId, userId: bob, role: 'admin', expiresAt: inMs(60_000) });
    await expect(change({ tenantId, userId: ada, expiresAt: inMs(60_000) }, actingProduct)).rejects.toBeInstanceOf(errors.LastTenantAdmin);
    await expect(change({ tenantId, userId: ada })).rejects.toBeInstanceOf(errors.LastTenantAdmin);
  });

  test('M-7 nobody changes their own end, or gives more than they have', async () => {
    const tenantId = iam.aTenantWith({ admin: [ada], member: [bob, eve] });
    await change({ tenantId, userId: bob, role: 'admin', expiresAt: inMs(60_000) });
    const byBob = actingUser(bob);
    const [own, other] = [
      { tenantId, userId: bob, expectedVersion: 3 },
      { tenantId, userId: eve },
    ];
    for (const expiresAt of [null, inMs(1_000), inMs(120_000)])
      await expect(change({ ...own, expiresAt }, byBob)).rejects.toBeInstanceOf(OwnExpiry);
    await expect(change({ ...other, role: 'operator' }, byBob)).rejects.toBeInstanceOf(ExpiryBeyondOwn);
    await change({ ...other, expiresAt: inMs(120_000) }, byBob); // shorter than it was
    await expect(change({ ...other, expiresAt: inMs(180_000), expectedVersion: 2 }, byBob)).rejects.toBeInstanceOf(ExpiryBeyondOwn);
    await change({ ...own, expiresAt: inMs(60_000), role: 'operator' }, byBob); // the same end
    expect(iam.roleOf(tenantId, bob)).toBe('operator');
  });

  test('M-7 past its end there is nothing to change', async () => {
    const [tenantId, dan] = [aTenant(), iam.aUser()];
    const add = new AddTenantMemberHandler(iam.unitOfWork, iam.access, iam.admission, iam.clock);
    await add.execute(new AddTenantMember(contextOf(actingUser(ada)), { tenantId, userId: dan, role: 'admin', expiresAt: inMs(1_000) }));
    iam.clock.passes(1_000);
    await expect(change({ tenantId, userId: dan, expiresAt: null })).rejects.toBeInstanceOf(errors.MemberNotFound);
    await expect(change({ tenantId, userId: bob }, actingUser(dan))).rejects.toBeInstanceOf(errors.TenantNotFound);
  });
});
