import { InMemoryIam } from '#iam/testing';
import { actingProduct, contextOf } from '#kernel/testing';
import { beforeEach, describe, expect, test } from 'vitest';
import { IdentityInvalid } from '../domain/errors.ts';
import { ProvisionUser, ProvisionUserHandler } from './provision-user.ts';

let iam: InMemoryIam;
beforeEach(() => {
  iam = new InMemoryIam();
});
const provision = (input: Partial<ProvisionUser['input']> = {}) =>
  new ProvisionUserHandler(iam.unitOfWork, iam.directory, iam.provisioning, iam.users, iam.clock).execute(
    new ProvisionUser(contextOf(actingProduct), { issuer: 'https://issuer.test', subject: 'ada', ...input }),
  );

describe('I-2 provisioning a user', () => {
  test('makes one at the first sight of an identity, and none at the second', async () => {
    const first = await provision({ email: 'Ada@Example.org', emailVerified: true, name: 'Ada' });
    expect(first.status).toBe('active');
    expect(iam.identityRows.users.all()).toMatchObject([{ email: 'ada@example.org', emailVerified: true, displayName: 'Ada' }]);
    expect(await provision()).toEqual(first);
    expect(iam.unitOfWork.newEventTypes()).toEqual(['identities.user_provisioned']);
  });

  test('learns a newer profile at a later login, and unlearns nothing', async () => {
    const { user_id: id } = await provision();
    await provision({ email: 'ada@example.org', name: 'Ada' });
    expect(iam.identityRows.users.get(id)).toMatchObject({
      email: 'ada@example.org',
      emailVerified: false,
      displayName: 'Ada',
      version: 2,
    });
    await provision({ email: 'ada@example.org', emailVerified: true });
    expect(iam.identityRows.users.get(id)).toMatchObject({ emailVerified: true, displayName: 'Ada', version: 3 });
    await provision({ email: 'mallory@example.net' });
    await provision();
    expect(iam.identityRows.users.get(id)).toMatchObject({ email: 'ada@example.org', emailVerified: true, version: 3 });
    expect(iam.unitOfWork.newEventTypes().slice(1)).toEqual(['identities.user_profile_changed', 'identities.user_profile_changed']);
  });

  test('takes the same subject of another issuer, and the same e-mail, for somebody else', async () => {
    const email = 'ada@example.org';
    const [one, other] = [await provision({ email }), await provision({ issuer: 'https://other.test', email })];
    expect(other.user_id).not.toBe(one.user_id);
  });

  test('tells the status of who is known', async () => {
    const { user_id: id } = await provision();
    const user = iam.identityRows.users.get(id);
    if (user) iam.identityRows.users.put(id, { ...user, status: 'suspended' });
    expect(await provision()).toEqual({ user_id: id, status: 'suspended' });
  });

  test('refuses an identity that cannot be kept', async () => {
    await expect(provision({ subject: '' })).rejects.toBeInstanceOf(IdentityInvalid);
  });
});
