import { InMemoryIam } from '#iam/testing';
import type { UserId } from '#kernel';
import { actingUser, anId, contextOf } from '#kernel/testing';
import { beforeEach, describe, expect, test } from 'vitest';
import { LastPlatformAdmin, PlatformAdminRequired, UserDeactivated, UserNotFound } from '../domain/errors.ts';
import { SuspendUser, SuspendUserHandler } from './suspend-user.ts';

let iam: InMemoryIam;
let root: UserId;
beforeEach(() => {
  iam = new InMemoryIam();
  root = iam.aPlatformAdmin();
});
const suspend = (userId: UserId, actor = root) =>
  new SuspendUserHandler(iam.unitOfWork, iam.users, iam.admins, iam.authority, iam.clock).execute(
    new SuspendUser(contextOf(actingUser(actor)), { userId }),
  );

describe('suspending a user', () => {
  test('is told to the platform and to each of their tenants, also where they are the last admin', async () => {
    const ada = iam.aUser();
    const tenants = [iam.aTenantWith({ admin: [ada] }), iam.aTenantWith({ member: [ada] })].sort();
    iam.aTenantWith({ admin: [root] });
    expect(await suspend(ada)).toEqual({ version: 4 });
    expect(iam.unitOfWork.events.map(({ tenantId }) => tenantId)).toEqual([null, ...tenants]);
    expect(iam.identityRows.users.get(ada)?.status).toBe('suspended');
  });

  test('done twice changes nothing', async () => {
    const ada = iam.aUser();
    await suspend(ada);
    iam.unitOfWork.newEventTypes();
    expect(await suspend(ada)).toEqual({ version: 2 });
    expect(iam.unitOfWork.newEventTypes()).toEqual([]);
  });

  test('I-6 is refused for the last active platform admin only', async () => {
    iam.aPlatformAdmin('suspended');
    await expect(suspend(root)).rejects.toBeInstanceOf(LastPlatformAdmin);
    const second = iam.aPlatformAdmin();
    await suspend(root, second);
  });

  test('is for platform admins', async () => {
    const ada = iam.aUser();
    await expect(suspend(root, ada)).rejects.toBeInstanceOf(PlatformAdminRequired);
    await expect(suspend(ada, iam.aPlatformAdmin('suspended'))).rejects.toBeInstanceOf(PlatformAdminRequired);
  });

  test('needs a user who is still in use', async () => {
    await expect(suspend(anId())).rejects.toBeInstanceOf(UserNotFound);
    await expect(suspend(iam.aUser('deactivated'))).rejects.toBeInstanceOf(UserDeactivated);
  });
});
