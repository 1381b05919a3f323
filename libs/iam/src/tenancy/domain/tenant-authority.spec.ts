import type { UserId } from '#kernel';
import { actingProduct, actingUser, anId } from '#kernel/testing';
import { describe, expect, test } from 'vitest';
import { RoleAboveOwn, TenantAdminRequired, TenantNotFound } from './errors.ts';
import { ExpiryBeyondOwn } from './membership-end.ts';
import { TenantAuthority } from './tenant-authority.ts';
import type { TenantRole } from './tenant-role.ts';

const user = actingUser(anId<UserId>());
const authorityOf = (role: TenantRole, expiresAt: Date | null = null) => TenantAuthority.of(user, { role, active: true, expiresAt });

describe('M-3 authority in a tenant', () => {
  test('an admin manages and grants every role', () => {
    authorityOf('admin').mustAdminister().mustBeAbleToGrant('admin');
  });

  test('nobody grants above their own role', () => {
    expect(() => authorityOf('operator').mustBeAbleToGrant('admin')).toThrow(RoleAboveOwn);
    expect(() => authorityOf('member').mustBeAbleToGrant('operator')).toThrow(RoleAboveOwn);
  });

  test('only an admin grants at all', () => {
    expect(() => authorityOf('operator').mustBeAbleToGrant('member')).toThrow(TenantAdminRequired);
    expect(() => authorityOf('member').mustAdminister()).toThrow(TenantAdminRequired);
  });

  test('M-7 nobody grants for longer than they are there themselves', () => {
    const [noon, evening] = [new Date('2026-03-04T12:00:00Z'), new Date('2026-03-04T18:00:00Z')];
    authorityOf('admin').mustLastUntil(null).mustLastUntil(noon);
    authorityOf('admin', noon).mustLastUntil(noon);
    TenantAuthority.of(actingProduct, null).mustLastUntil(null);
    expect(() => authorityOf('admin', noon).mustLastUntil(evening)).toThrow(ExpiryBeyondOwn);
    expect(() => authorityOf('admin', noon).mustLastUntil(null)).toThrow(ExpiryBeyondOwn);
  });

  test('outsiders, services and suspended admins are told that there is no such tenant', () => {
    expect(() => TenantAuthority.of(user, null)).toThrow(TenantNotFound);
    expect(() => TenantAuthority.of({ kind: 'service', id: 'billing' }, null)).toThrow(TenantNotFound);
    expect(() => TenantAuthority.of(user, { role: 'admin', active: false, expiresAt: null })).toThrow(TenantNotFound);
  });

  test('the product itself may do what an admin may', () => {
    TenantAuthority.of(actingProduct, null).mustBeAbleToGrant('admin');
  });
});
