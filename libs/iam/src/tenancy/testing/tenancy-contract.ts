import type { TenantId, Transaction, UnitOfWork, UserId } from '#kernel';
import { platformScope } from '#kernel';
import { actingProduct, anId, contextOf } from '#kernel/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NamedUserNotFound } from '../../identities/index.ts';
import { AlreadyMember, ExternalIdTaken, TenantSlugTaken } from '../domain/errors.ts';
import { externalId } from '../domain/external-id.ts';
import type { TenantMembershipRepository } from '../domain/tenant-membership-repository.ts';
import { TenantMembership } from '../domain/tenant-membership.ts';
import { tenantMetadata } from '../domain/tenant-metadata.ts';
import { tenantName } from '../domain/tenant-name.ts';
import type { TenantRepository } from '../domain/tenant-repository.ts';
import type { TenantRole } from '../domain/tenant-role.ts';
import { slugDerivedFrom } from '../domain/tenant-slug.ts';
import { Tenant, type NewTenant } from '../domain/tenant.ts';

export interface TenancyHarness {
  readonly unitOfWork: UnitOfWork;
  readonly tenants: TenantRepository;
  readonly members: TenantMembershipRepository;
  /** A user of this status is there. */
  user(status: 'active' | 'suspended'): Promise<UserId>;
  stop(): Promise<void>;
}

const at = new Date('2026-03-04T05:06:07.890Z');
const later = new Date('2026-03-05T00:00:00.000Z');
const [longAgo, longOver] = [new Date('2020-01-01T00:00:00.000Z'), new Date('2020-01-02T00:00:00.000Z')];
const farAhead = new Date('2029-12-31T00:00:00.000Z');

const aTenant = (differences: Partial<NewTenant> = {}): Tenant => {
  const id = anId<TenantId>();
  const name = tenantName('Acme');
  const usual = {
    id,
    name,
    slug: slugDerivedFrom(name, id),
    externalId: null,
    metadata: tenantMetadata({ plan: 'gold' }),
    isDefault: false,
  };
  return Tenant.create({ ...usual, ...differences }, at);
};

/** What every implementation of the ports of this module promises. */
export function tenancyContract(name: string, start: () => Promise<TenancyHarness>): void {
  describe(`tenancy contract, ${name}`, () => {
    let harness: TenancyHarness;
    beforeAll(async () => {
      harness = await start();
    });
    afterAll(() => harness.stop());

    const inTransaction = <T>(work: (tx: Transaction) => Promise<T>) =>
      harness.unitOfWork.run(contextOf(actingProduct), platformScope, work);
    const membershipOf = (tenantId: TenantId, userId: UserId, role: TenantRole, lastVersion = 0) =>
      TenantMembership.join({ tenantId, userId, role, lastVersion }, at);
    const endingAt = (expiresAt: Date, tenantId: TenantId, userId: UserId, role: TenantRole) =>
      TenantMembership.join({ tenantId, userId, role, expiresAt, lastVersion: 0 }, longAgo);
    const founded = async (differences: Partial<NewTenant> = {}) => {
      const [tenant, admin] = [aTenant(differences), await harness.user('active')];
      await inTransaction((tx) => harness.tenants.create(tx, tenant, membershipOf(tenant.id, admin, 'admin')));
      return { tenant, admin };
    };

    test('a tenant comes back as it was created, held or locked', async () => {
      const { tenant } = await founded({ externalId: externalId(`crm-${anId()}`) });
      const [held, locked] = await inTransaction(async (tx) => [
        await harness.tenants.hold(tx, tenant.id),
        await harness.tenants.lock(tx, tenant.id),
      ]);
      expect(held?.snapshot).toEqual(tenant.snapshot);
      expect(locked?.snapshot).toEqual(tenant.snapshot);
    });

    test('nothing is found where nothing is', async () => {
      await inTransaction(async (tx) => {
        expect(await harness.tenants.hold(tx, anId())).toBeNull();
        expect(await harness.tenants.lock(tx, anId())).toBeNull();
        expect(await harness.members.lock(tx, anId(), anId())).toBeNull();
        expect(await harness.members.standing(tx, anId(), anId())).toBeNull();
        expect(await harness.members.lastVersion(tx, anId(), anId())).toBe(0);
      });
    });

    test('a slug and an external id belong to one tenant', async () => {
      const { tenant } = await founded({ externalId: externalId(`crm-${anId()}`) });
      const { slug, externalId: foreignId } = tenant.snapshot;
      await expect(founded({ slug })).rejects.toBeInstanceOf(TenantSlugTaken);
      await expect(founded({ externalId: foreignId })).rejects.toBeInstanceOf(ExternalIdTaken);
    });

    test('changes of a tenant are kept, and an external id that is taken is refused', async () => {
      const { tenant: first } = await founded({ externalId: externalId(`crm-${anId()}`) });
      const { tenant } = await founded();
      const changeTo = (change: Parameters<Tenant['change']>[0]) =>
        inTransaction(async (tx) => {
          const locked = await harness.tenants.lock(tx, tenant.id);
          locked?.change(change, later);
          await harness.tenants.update(tx, locked ?? tenant);
          return locked?.snapshot;
        });
      const changed = await changeTo({ name: tenantName('Globex'), metadata: { plan: null, seats: 5 } });
      expect(changed).toMatchObject({ name: 'Globex', metadata: { seats: 5 }, version: 2, createdAt: at, updatedAt: later });
      expect((await inTransaction((tx) => harness.tenants.hold(tx, tenant.id)))?.snapshot).toEqual(changed);
      await expect(changeTo({ externalId: first.snapshot.externalId })).rejects.toBeInstanceOf(ExternalIdTaken);
    });

    test('there is one default tenant', async () => {
      const first = aTenant({ isDefault: true });
      expect(await inTransaction((tx) => harness.tenants.findDefault(tx))).toBeNull();
      expect(await inTransaction((tx) => harness.tenants.createDefault(tx, first))).toBe(true);
      expect(await inTransaction((tx) => harness.tenants.createDefault(tx, aTenant({ isDefault: true })))).toBe(false);
      expect(await inTransaction((tx) => harness.tenants.findDefault(tx))).toBe(first.id);
    });

    test('a membership comes back as it was added, and only once', async () => {
      const { tenant } = await founded();
      const userId = await harness.user('active');
      const membership = membershipOf(tenant.id, userId, 'operator', 4);
      await inTransaction((tx) => harness.members.add(tx, membership));
      const stored = await inTransaction((tx) => harness.members.lock(tx, tenant.id, userId));
      expect(stored?.snapshot).toEqual({
        tenantId: tenant.id,
        userId,
        role: 'operator',
        expiresAt: null,
        version: 5,
        joinedAt: at,
        updatedAt: at,
      });
      const again = inTransaction((tx) => harness.members.add(tx, membershipOf(tenant.id, userId, 'member')));
      await expect(again).rejects.toBeInstanceOf(AlreadyMember);
    });

    test('nobody who is no user becomes a member', async () => {
      const { tenant } = await founded();
      const added = inTransaction((tx) => harness.members.add(tx, membershipOf(tenant.id, anId(), 'member')));
      await expect(added).rejects.toBeInstanceOf(NamedUserNotFound);
    });

    test('M-4 a changed role keeps the day of joining', async () => {
      const { tenant, admin } = await founded();
      await inTransaction(async (tx) => {
        const membership = await harness.members.lock(tx, tenant.id, admin);
        membership?.changeRole('member', { anotherIsActive: true }, later);
        if (membership) await harness.members.update(tx, membership);
      });
      const stored = await inTransaction((tx) => harness.members.lock(tx, tenant.id, admin));
      expect(stored?.snapshot).toMatchObject({ role: 'member', version: 2, joinedAt: at, updatedAt: later });
    });

    test('of a removed membership only the version is left', async () => {
      const { tenant, admin } = await founded();
      await inTransaction(async (tx) => {
        const membership = await harness.members.lock(tx, tenant.id, admin);
        membership?.remove({ anotherIsActive: true }, later);
        if (membership) await harness.members.remove(tx, membership);
      });
      await inTransaction(async (tx) => {
        expect(await harness.members.lock(tx, tenant.id, admin)).toBeNull();
        expect(await harness.members.lastVersion(tx, tenant.id, admin)).toBe(2);
      });
    });

    test('standing tells the role, and whether the user is active', async () => {
      const { tenant, admin } = await founded();
      const suspended = await harness.user('suspended');
      await inTransaction((tx) => harness.members.add(tx, membershipOf(tenant.id, suspended, 'member')));
      await inTransaction(async (tx) => {
        expect(await harness.members.standing(tx, tenant.id, admin)).toEqual({ role: 'admin', active: true, expiresAt: null });
        expect(await harness.members.standing(tx, tenant.id, suspended)).toEqual({ role: 'member', active: false, expiresAt: null });
      });
    });

    test('M-2 only active admins of this tenant count as another admin', async () => {
      const { tenant, admin } = await founded();
      await founded();
      const [suspended, operator, second] = [await harness.user('suspended'), await harness.user('active'), await harness.user('active')];
      const another = () => inTransaction((tx) => harness.members.anotherActiveAdmin(tx, tenant.id, admin));
      const joins = (userId: UserId, role: TenantRole) =>
        inTransaction((tx) => harness.members.add(tx, membershipOf(tenant.id, userId, role)));
      await joins(suspended, 'admin');
      await joins(operator, 'operator');
      expect(await another()).toBe(false);
      await joins(second, 'admin');
      expect(await another()).toBe(true);
    });

    test('M-7 an end is kept, and changed', async () => {
      const { tenant } = await founded();
      const userId = await harness.user('active');
      await inTransaction((tx) => harness.members.add(tx, endingAt(farAhead, tenant.id, userId, 'operator')));
      const stored = await inTransaction((tx) => harness.members.lock(tx, tenant.id, userId));
      expect(stored?.snapshot.expiresAt).toEqual(farAhead);
      const standing = await inTransaction((tx) => harness.members.standing(tx, tenant.id, userId));
      expect(standing).toEqual({ role: 'operator', active: true, expiresAt: farAhead });
      await inTransaction(async (tx) => {
        const membership = await harness.members.lock(tx, tenant.id, userId);
        membership?.changeExpiry(null, { anotherIsActive: true }, later);
        if (membership) await harness.members.update(tx, membership);
      });
      expect((await inTransaction((tx) => harness.members.lock(tx, tenant.id, userId)))?.snapshot.expiresAt).toBeNull();
    });

    test('M-7 past its end a membership is none, but for clearing it away', async () => {
      const { tenant } = await founded();
      const userId = await harness.user('active');
      await inTransaction((tx) => harness.members.add(tx, endingAt(longOver, tenant.id, userId, 'admin')));
      await inTransaction(async (tx) => {
        expect(await harness.members.lock(tx, tenant.id, userId)).toBeNull();
        expect(await harness.members.standing(tx, tenant.id, userId)).toBeNull();
        expect(await harness.members.lockEnded(tx, tenant.id, anId())).toBeNull();
        expect((await harness.members.lockEnded(tx, tenant.id, userId))?.snapshot).toMatchObject({ role: 'admin', expiresAt: longOver });
      });
      const ended = await inTransaction((tx) => harness.members.lockAllEnded(tx, 1_000));
      expect(ended.filter((one) => one.userId === userId)).toHaveLength(1);
      expect(await inTransaction((tx) => harness.members.lockAllEnded(tx, 1))).toHaveLength(1);
    });

    test('M-2 an admin whose membership ends does not count, whether it has ended or not', async () => {
      const { tenant, admin } = await founded();
      const [ended, ending] = [await harness.user('active'), await harness.user('active')];
      await inTransaction((tx) => harness.members.add(tx, endingAt(longOver, tenant.id, ended, 'admin')));
      await inTransaction((tx) => harness.members.add(tx, endingAt(farAhead, tenant.id, ending, 'admin')));
      expect(await inTransaction((tx) => harness.members.anotherActiveAdmin(tx, tenant.id, admin))).toBe(false);
      expect(await inTransaction((tx) => harness.members.anotherActiveAdmin(tx, tenant.id, ending))).toBe(true);
      const [lonely, operator, brief] = [aTenant(), await harness.user('active'), await harness.user('active')];
      await inTransaction((tx) => harness.tenants.create(tx, lonely, membershipOf(lonely.id, operator, 'operator')));
      await inTransaction((tx) => harness.members.add(tx, endingAt(farAhead, lonely.id, brief, 'admin')));
      expect(await inTransaction((tx) => harness.members.anyActiveAdmin(tx, lonely.id))).toBe(false);
    });

    test('a tenant whose admins are all suspended has no active admin', async () => {
      const [tenant, suspended] = [aTenant(), await harness.user('suspended')];
      const any = () => inTransaction((tx) => harness.members.anyActiveAdmin(tx, tenant.id));
      await inTransaction((tx) => harness.tenants.create(tx, tenant, membershipOf(tenant.id, suspended, 'admin')));
      expect(await any()).toBe(false);
      const active = await harness.user('active');
      await inTransaction((tx) => harness.members.add(tx, membershipOf(tenant.id, active, 'admin')));
      expect(await any()).toBe(true);
    });
  });
}
