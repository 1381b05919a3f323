import { InMemoryIam } from '#iam/testing';
import type { UserId } from '#kernel';
import { actingUser, anId, contextOf } from '#kernel/testing';
import { describe, expect, test } from 'vitest';
import { AlreadyPlatformAdmin, NamedUserNotFound, PlatformAdminRequired, UserNotActive } from '../domain/errors.ts';
import { GrantPlatformAdmin, GrantPlatformAdminHandler } from './grant-platform-admin.ts';

const iam = new InMemoryIam();
const root = iam.aPlatformAdmin();
const grant = (userId: UserId, actor = root) =>
  new GrantPlatformAdminHandler(iam.unitOfWork, iam.admins, iam.authority, iam.statuses, iam.clock).execute(
    new GrantPlatformAdmin(contextOf(actingUser(actor)), { userId }),
  );

describe('granting the platform', () => {
  test('lets another user govern, once', async () => {
    const ada = iam.aUser();
    expect(await grant(ada)).toEqual({ version: 1 });
    expect(iam.unitOfWork.newEventTypes()).toEqual(['identities.platform_admin_granted']);
    await expect(grant(ada)).rejects.toBeInstanceOf(AlreadyPlatformAdmin);
    await grant(iam.aUser(), ada);
  });

  test('is for platform admins, and for active users', async () => {
    await expect(grant(iam.aUser(), iam.aUser())).rejects.toBeInstanceOf(PlatformAdminRequired);
    await expect(grant(anId())).rejects.toBeInstanceOf(NamedUserNotFound);
    await expect(grant(iam.aUser('suspended'))).rejects.toBeInstanceOf(UserNotActive);
  });
});
