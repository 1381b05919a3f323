import { InMemoryIam } from '#iam/testing';
import type { TenantId, UserId } from '#kernel';
import { actingUser, anId, contextOf } from '#kernel/testing';
import { describe, expect, test } from 'vitest';
import { NamedUserNotFound, PlatformAdminRequired, UserNotActive } from '../../identities/index.ts';
import { ActiveAdminExists, TenantNotFound } from '../domain/errors.ts';
import { AppointFirstAdmin, AppointFirstAdminHandler } from './appoint-first-admin.ts';

const iam = new InMemoryIam();
const [root, ada, bob, gone] = [iam.aPlatformAdmin(), iam.aUser(), iam.aUser(), iam.aUser('suspended')];
const appoint = (tenantId: TenantId, userId: UserId, actor = root) =>
  new AppointFirstAdminHandler(iam.unitOfWork, iam.governance, iam.members, iam.admission, iam.clock).execute(
    new AppointFirstAdmin(contextOf(actingUser(actor)), { tenantId, userId }),
  );

describe('appointing a first admin', () => {
  test('makes anybody one, in a tenant whose admins are all suspended', async () => {
    const tenantId = iam.aTenantWith({ admin: [gone] });
    expect(await appoint(tenantId, ada)).toEqual({ version: 1 });
    expect(iam.roleOf(tenantId, ada)).toBe('admin');
    expect(iam.unitOfWork.newEventTypes()).toEqual(['tenancy.member_added']);
  });

  test('promotes a member', async () => {
    const tenantId = iam.aTenantWith({ member: [bob] });
    expect(await appoint(tenantId, bob)).toEqual({ version: 2 });
    expect(iam.unitOfWork.newEventTypes()).toEqual(['tenancy.member_role_changed']);
  });

  test('M-7 keeps whoever was there for a while, and lets anybody back in whose membership has ended', async () => {
    const tenantId = iam.aTenantWith({ admin: [ada], member: [bob] });
    const until = (userId: UserId, expiresAt: Date) => {
      const key = `${tenantId}:${userId}`;
      const row = iam.tenancyRows.members.get(key);
      if (row !== undefined) iam.tenancyRows.members.put(key, { ...row, role: 'admin', expiresAt });
    };
    until(ada, iam.clock.now());
    until(bob, new Date(iam.clock.now().getTime() + 60_000));
    await appoint(tenantId, bob);
    expect(iam.tenancyRows.members.get(`${tenantId}:${bob}`)).toMatchObject({ role: 'admin', expiresAt: null });
    await expect(appoint(tenantId, ada)).rejects.toBeInstanceOf(ActiveAdminExists);
    until(bob, iam.clock.now());
    iam.unitOfWork.newEventTypes();
    await appoint(tenantId, ada);
    expect(iam.unitOfWork.newEventTypes()).toEqual(['tenancy.member_removed', 'tenancy.member_added']);
  });

  test('is refused while an admin is active', async () => {
    await expect(appoint(iam.aTenantWith({ admin: [ada, gone] }), bob)).rejects.toBeInstanceOf(ActiveAdminExists);
  });

  test('is for platform admins', async () => {
    const tenantId = iam.aTenantWith({ member: [bob] });
    await expect(appoint(tenantId, bob, bob)).rejects.toBeInstanceOf(PlatformAdminRequired);
    await expect(appoint(anId(), bob)).rejects.toBeInstanceOf(TenantNotFound);
  });

  test('needs an active user', async () => {
    const tenantId = iam.aTenantWith({ admin: [gone] });
    await expect(appoint(tenantId, gone)).rejects.toBeInstanceOf(UserNotActive);
    await expect(appoint(tenantId, anId())).rejects.toBeInstanceOf(NamedUserNotFound);
  });
});
