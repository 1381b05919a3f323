import { InMemoryIam } from '#iam/testing';
import { actingProduct, contextOf } from '#kernel/testing';
import { beforeEach, describe, expect, test } from 'vitest';
import { BootstrapPlatformAdmins, BootstrapPlatformAdminsHandler } from './bootstrap-platform-admins.ts';
import { GrantPlatformAdmin, GrantPlatformAdminHandler } from './grant-platform-admin.ts';
import { RevokePlatformAdmin, RevokePlatformAdminHandler } from './revoke-platform-admin.ts';

let iam: InMemoryIam;
beforeEach(() => {
  iam = new InMemoryIam();
});
const context = () => contextOf(actingProduct);
const bootstrap = (...subjects: string[]) => {
  const identities = subjects.map((subject) => ({ issuer: 'https://issuer.test', subject }));
  return new BootstrapPlatformAdminsHandler(iam.unitOfWork, iam.users, iam.admins, iam.provisioning, iam.clock).execute(
    new BootstrapPlatformAdmins(context(), { identities }),
  );
};
const only = async (subject: string) => (await bootstrap(subject)).granted[0] ?? expect.fail(`${subject} was not granted`);

describe('I-6 the configured platform admins', () => {
  test('are users and platform admins after the first start, and no other after the second', async () => {
    const { granted } = await bootstrap('ada', 'bob');
    expect(granted).toHaveLength(2);
    expect(await bootstrap('ada', 'bob')).toEqual({ granted: [] });
    expect(iam.identityRows.users.all()).toHaveLength(2);
    expect(iam.identityRows.admins.all()).toHaveLength(2);
  });

  test('nobody configured, nothing done', async () => {
    expect(await bootstrap()).toEqual({ granted: [] });
  });

  test('stay revoked while somebody else governs', async () => {
    const [ada] = [await only('ada')];
    const bob = iam.aUser();
    await new GrantPlatformAdminHandler(iam.unitOfWork, iam.admins, iam.authority, iam.statuses, iam.clock).execute(
      new GrantPlatformAdmin(context(), { userId: bob }),
    );
    await new RevokePlatformAdminHandler(iam.unitOfWork, iam.admins, iam.authority, iam.clock).execute(
      new RevokePlatformAdmin(context(), { userId: ada }),
    );
    expect(await bootstrap('ada')).toEqual({ granted: [] });
    iam.identityRows.admins.delete(bob);
    expect(await bootstrap('ada')).toEqual({ granted: [ada] });
    expect(iam.identityRows.admins.get(ada)?.version).toBe(3);
  });

  test('are left alone when suspended', async () => {
    const ada = await only('ada');
    iam.identityRows.admins.delete(ada);
    const row = iam.identityRows.users.get(ada);
    if (row) iam.identityRows.users.put(ada, { ...row, status: 'suspended' });
    expect(await bootstrap('ada')).toEqual({ granted: [] });
  });
});
