import { platformScope, type TenantId, type Transaction, type UnitOfWork, type UserId } from '#kernel';
import { actingProduct, actingUser, anId, contextOf } from '#kernel/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PlatformAuthority } from '../application/platform-authority.ts';
import type { IdentityDirectory } from '../application/provision-user.ts';
import type { UserStatuses } from '../application/user-statuses.ts';
import { AlreadyPlatformAdmin, NamedUserNotFound, PlatformAdminRequired, UserNotActive } from '../domain/errors.ts';
import type { PlatformAdminRepository } from '../domain/platform-admin-repository.ts';
import { PlatformAdmin } from '../domain/platform-admin.ts';
import type { UserRepository } from '../domain/user-repository.ts';
import { User } from '../domain/user.ts';

export interface IdentitiesHarness {
  readonly unitOfWork: UnitOfWork;
  readonly users: UserRepository;
  readonly admins: PlatformAdminRepository;
  readonly statuses: UserStatuses;
  readonly authority: PlatformAuthority;
  readonly directory: IdentityDirectory;
  /** The user is a member of a new tenant. */
  tenantOf(userId: UserId): Promise<TenantId>;
  stop(): Promise<void>;
}

const at = new Date('2026-03-04T05:06:07.890Z');
const later = new Date('2026-03-05T00:00:00.000Z');
const profile = { email: 'ada@example.org', emailVerified: true, displayName: 'Ada' };

/** What every implementation of the ports of this module promises. Each run starts with an empty platform. */
export function identitiesContract(name: string, start: () => Promise<IdentitiesHarness>): void {
  describe(`identities contract, ${name}`, () => {
    let harness: IdentitiesHarness;
    beforeAll(async () => {
      harness = await start();
    });
    afterAll(() => harness.stop());

    const inTransaction = <T>(work: (tx: Transaction) => Promise<T>) =>
      harness.unitOfWork.run(contextOf(actingProduct), platformScope, work);
    const identity = () => ({ issuer: 'https://issuer.test', subject: anId() });
    const aUser = async () => {
      const user = User.provision(anId<UserId>(), profile, at);
      await inTransaction((tx) => harness.users.provision(tx, user, identity()));
      return user.id;
    };
    const suspend = (id: UserId) =>
      inTransaction(async (tx) => {
        const user = await harness.users.lock(tx, id);
        user?.suspend([], later);
        if (user) await harness.users.update(tx, user);
      });
    const grantTo = (id: UserId, lastVersion = 0) =>
      inTransaction((tx) => harness.admins.add(tx, PlatformAdmin.grant(id, lastVersion, at)));

    test('the last platform admin can be told: only active admins count as another one', async () => {
      const [ada, bob, cleo] = [await aUser(), await aUser(), await aUser()];
      const another = () => inTransaction((tx) => harness.admins.anotherActiveAdmin(tx, ada));
      await grantTo(ada);
      await grantTo(bob);
      expect(await another()).toBe(true);
      await suspend(bob);
      expect(await another()).toBe(false);
      await grantTo(cleo);
      expect(await another()).toBe(true);
    });

    test('I-2 an identity has one user, the first; whoever comes second is told so', async () => {
      const known = identity();
      const [first, second] = [User.provision(anId<UserId>(), profile, at), User.provision(anId<UserId>(), profile, at)];
      expect(await harness.directory.find(known)).toBeNull();
      expect(await inTransaction((tx) => harness.users.provision(tx, first, known))).toBe(true);
      expect(await inTransaction((tx) => harness.users.provision(tx, second, known))).toBe(false);
      expect(await inTransaction((tx) => harness.users.idBehind(tx, known))).toBe(first.id);
      expect(await inTransaction((tx) => harness.users.lock(tx, second.id))).toBeNull();
      expect(await harness.directory.find(known)).toMatchObject({ user_id: first.id, status: 'active' });
    });

    test('a user comes back as provisioned, and as suspended', async () => {
      const id = await aUser();
      const stored = await inTransaction((tx) => harness.users.lock(tx, id));
      expect(stored?.snapshot).toEqual({ ...profile, id, status: 'active', version: 1, createdAt: at, updatedAt: at });
      await suspend(id);
      const suspended = await inTransaction((tx) => harness.users.lock(tx, id));
      expect(suspended?.snapshot).toMatchObject({ status: 'suspended', version: 2, createdAt: at, updatedAt: later });
    });

    test('the tenants of a user come in order of their ids', async () => {
      const id = await aUser();
      expect(await inTransaction((tx) => harness.users.tenantsOf(tx, id))).toEqual([]);
      const tenants = [await harness.tenantOf(id), await harness.tenantOf(id)].sort();
      expect(await inTransaction((tx) => harness.users.tenantsOf(tx, id))).toEqual(tenants);
    });

    test('a status is held only for users there are, and only an active user passes', async () => {
      const [active, suspended] = [await aUser(), await aUser()];
      await suspend(suspended);
      await inTransaction((tx) => harness.statuses.holdActive(tx, active));
      await expect(inTransaction((tx) => harness.statuses.holdActive(tx, suspended))).rejects.toBeInstanceOf(UserNotActive);
      await expect(inTransaction((tx) => harness.statuses.holdActive(tx, anId()))).rejects.toBeInstanceOf(NamedUserNotFound);
    });

    test('only an active platform admin governs, and the product itself', async () => {
      const [admin, suspended, user] = [await aUser(), await aUser(), await aUser()];
      await grantTo(admin);
      await grantTo(suspended);
      await suspend(suspended);
      const governs = (id: UserId) => inTransaction((tx) => harness.authority.mustGovern(tx, actingUser(id)));
      await governs(admin);
      await inTransaction((tx) => harness.authority.mustGovern(tx, actingProduct));
      await expect(governs(suspended)).rejects.toBeInstanceOf(PlatformAdminRequired);
      await expect(governs(user)).rejects.toBeInstanceOf(PlatformAdminRequired);
      const service = inTransaction((tx) => harness.authority.mustGovern(tx, { kind: 'service', id: admin }));
      await expect(service).rejects.toBeInstanceOf(PlatformAdminRequired);
    });

    test('a right that was revoked leaves its version behind', async () => {
      const id = await aUser();
      await grantTo(id);
      await expect(grantTo(id)).rejects.toBeInstanceOf(AlreadyPlatformAdmin);
      await inTransaction(async (tx) => {
        const admin = await harness.admins.find(tx, id);
        admin?.revoke({ anotherIsActive: true }, later);
        if (admin) await harness.admins.remove(tx, admin);
      });
      await inTransaction(async (tx) => {
        expect(await harness.admins.find(tx, id)).toBeNull();
        expect(await harness.admins.lastVersion(tx, id)).toBe(2);
      });
      await grantTo(id, 2);
      expect((await inTransaction((tx) => harness.admins.find(tx, id)))?.version).toBe(3);
    });
  });
}
