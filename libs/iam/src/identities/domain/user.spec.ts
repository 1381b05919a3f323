import type { TenantId, UserId } from '#kernel';
import { anId } from '#kernel/testing';
import { describe, expect, test } from 'vitest';
import { UserDeactivated } from './errors.ts';
import { User, type UserStatus } from './user.ts';

const id = anId<UserId>();
const [acme, globex] = [anId<TenantId>(), anId<TenantId>()];
const created = new Date('2026-01-01T00:00:00Z');
const later = new Date('2026-01-02T00:00:00Z');
const profile = { email: null, emailVerified: false, displayName: 'Ada' };
const existing = (status: UserStatus) => User.rehydrate({ ...profile, id, status, version: 3, createdAt: created, updatedAt: created });

describe('a user', () => {
  test('begins active, with one event of the platform', () => {
    const user = User.provision(id, profile, created);
    expect(user.snapshot).toMatchObject({ status: 'active', version: 1, displayName: 'Ada' });
    expect(user.pullEvents()).toMatchObject([
      { type: 'identities.user_provisioned', tenantId: null, revoking: false, payload: { userId: id } },
    ]);
  });

  test('suspending is told to the platform and to every tenant, each in its own order', () => {
    const user = existing('active');
    user.suspend([acme, globex], later);
    const event = { type: 'identities.user_suspended', aggregateType: 'user', aggregateId: id, revoking: true };
    expect(user.pullEvents()).toMatchObject([
      { ...event, tenantId: null, aggregateVersion: 4, payload: { userId: id, tenantId: null } },
      { ...event, tenantId: acme, aggregateVersion: 5, payload: { userId: id, tenantId: acme } },
      { ...event, tenantId: globex, aggregateVersion: 6, payload: { userId: id, tenantId: globex } },
    ]);
    expect(user.snapshot).toMatchObject({ status: 'suspended', version: 6, updatedAt: later });
  });

  test('reactivating is told the same way, and takes nothing away', () => {
    const user = existing('suspended');
    user.reactivate([acme], later);
    const event = { type: 'identities.user_reactivated', revoking: false };
    expect(user.pullEvents()).toMatchObject([
      { ...event, tenantId: null },
      { ...event, tenantId: acme },
    ]);
    expect(user.status).toBe('active');
  });

  test('doing it twice changes nothing', () => {
    const [active, suspended] = [existing('active'), existing('suspended')];
    active.reactivate([acme], later);
    suspended.suspend([acme], later);
    expect([...active.pullEvents(), ...suspended.pullEvents()]).toEqual([]);
    expect([active.version, suspended.version]).toEqual([3, 3]);
  });

  test('once deactivated stays so', () => {
    expect(() => existing('deactivated').reactivate([], later)).toThrow(UserDeactivated);
    expect(() => existing('deactivated').suspend([], later)).toThrow(UserDeactivated);
  });
});
