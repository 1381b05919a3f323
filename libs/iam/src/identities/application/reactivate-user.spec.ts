import { InMemoryIam } from '#iam/testing';
import type { UserId } from '#kernel';
import { actingUser, anId, contextOf } from '#kernel/testing';
import { describe, expect, test } from 'vitest';
import { PlatformAdminRequired, UserDeactivated, UserNotFound } from '../domain/errors.ts';
import { ReactivateUser, ReactivateUserHandler } from './reactivate-user.ts';

const iam = new InMemoryIam();
const root = iam.aPlatformAdmin();
const reactivate = (userId: UserId, actor = root) =>
  new ReactivateUserHandler(iam.unitOfWork, iam.users, iam.admins, iam.authority, iam.clock).execute(
    new ReactivateUser(contextOf(actingUser(actor)), { userId }),
  );

describe('reactivating a user', () => {
  test('is told to the platform and to each of their tenants; done twice it changes nothing', async () => {
    const ada = iam.aUser('suspended');
    const tenantId = iam.aTenantWith({ admin: [ada] });
    expect(await reactivate(ada)).toEqual({ version: 3 });
    expect(await reactivate(ada)).toEqual({ version: 3 });
    expect(iam.unitOfWork.events).toMatchObject([
      { type: 'identities.user_reactivated', tenantId: null },
      { type: 'identities.user_reactivated', tenantId },
    ]);
  });

  test('is for platform admins, and for users who are still in use', async () => {
    const ada = iam.aUser('suspended');
    await expect(reactivate(ada, ada)).rejects.toBeInstanceOf(PlatformAdminRequired);
    await expect(reactivate(anId())).rejects.toBeInstanceOf(UserNotFound);
    await expect(reactivate(iam.aUser('deactivated'))).rejects.toBeInstanceOf(UserDeactivated);
  });
});
