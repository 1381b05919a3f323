import type { UserId } from '#kernel';
import { anId } from '#kernel/testing';
import { describe, expect, test } from 'vitest';
import { LastPlatformAdmin } from './errors.ts';
import { PlatformAdmin } from './platform-admin.ts';

const userId = anId<UserId>();
const granted = new Date('2026-01-01T00:00:00Z');
const later = new Date('2026-01-02T00:00:00Z');
const existing = () => PlatformAdmin.rehydrate({ userId, version: 3, grantedAt: granted });

describe('a platform admin', () => {
  test('is granted where an earlier grant ended', () => {
    const admin = PlatformAdmin.grant(userId, 4, later);
    expect(admin.snapshot).toEqual({ userId, version: 5, grantedAt: later });
    expect(admin.pullEvents()).toMatchObject([
      { type: 'identities.platform_admin_granted', tenantId: null, revoking: false, payload: { userId } },
    ]);
  });

  test('is revoked with an event that takes away', () => {
    const admin = existing();
    admin.revoke({ anotherIsActive: true }, later);
    expect(admin.pullEvents()).toMatchObject([
      { type: 'identities.platform_admin_revoked', tenantId: null, revoking: true, aggregateVersion: 4, payload: { userId } },
    ]);
  });

  test('I-6 the last active one stays, and so does their user', () => {
    expect(() => existing().revoke({ anotherIsActive: false }, later)).toThrow(LastPlatformAdmin);
    expect(() => existing().mayLoseItsUser({ anotherIsActive: false })).toThrow(LastPlatformAdmin);
    existing().mayLoseItsUser({ anotherIsActive: true });
  });
});
