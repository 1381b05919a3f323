import { InMemoryIam } from '#iam/testing';
import { VersionMismatch, type UserId } from '#kernel';
import { actingUser, contextOf } from '#kernel/testing';
import { beforeEach, describe, expect, test } from 'vitest';
import { LastPlatformAdmin, PlatformAdminNotFound, PlatformAdminRequired } from '../domain/errors.ts';
import { RevokePlatformAdmin, RevokePlatformAdminHandler } from './revoke-platform-admin.ts';

let iam: InMemoryIam;
let root: UserId;
beforeEach(() => {
  iam = new InMemoryIam();
  root = iam.aPlatformAdmin();
});
const revoke = (userId: UserId, input: { actor?: UserId; expectedVersion?: number } = {}) => {
  const { actor = root, ...rest } = input;
  return new RevokePlatformAdminHandler(iam.unitOfWork, iam.admins, iam.authority, iam.clock).execute(
    new RevokePlatformAdmin(contextOf(actingUser(actor)), { userId, ...rest }),
  );
};

describe('revoking the platform', () => {
  test('ends a platform admin', async () => {
    const second = iam.aPlatformAdmin();
    expect(await revoke(second, { expectedVersion: 1 })).toEqual({ version: 2 });
    expect(iam.unitOfWork.newEventTypes()).toEqual(['identities.platform_admin_revoked']);
    await expect(revoke(root, { actor: second })).rejects.toBeInstanceOf(PlatformAdminRequired);
    await expect(revoke(second)).rejects.toBeInstanceOf(PlatformAdminNotFound);
  });

  test('I-6 is refused for the last active one', async () => {
    iam.aPlatformAdmin('suspended');
    await expect(revoke(root)).rejects.toBeInstanceOf(LastPlatformAdmin);
  });

  test('checks a version that is given', async () => {
    await expect(revoke(iam.aPlatformAdmin(), { expectedVersion: 2 })).rejects.toBeInstanceOf(VersionMismatch);
  });
});
