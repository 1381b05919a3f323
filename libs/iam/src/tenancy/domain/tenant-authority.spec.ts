import type { UserId } from '#kernel';
import { actingProduct, actingUser, anId } from '#kernel/testing';
import { describe, expect, test } from 'vitest';
import { RoleAboveOwn, TenantAdminRequired, TenantNotFound } from './errors.ts';
import { TenantAuthority } from './tenant-authority.ts';
import type { TenantRole } from './tenant-role.ts';

const user = actingUser(anId<UserId>());
const authorityOf = (role: TenantRole) => TenantAuthority.of(user, { role, active: true });

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

  test('outsiders, services and suspended admins are told that there is no such tenant', () => {
    expect(() => TenantAuthority.of(user, null)).toThrow(TenantNotFound);
    expect(() => TenantAuthority.of({ kind: 'service', id: 'billing' }, null)).toThrow(TenantNotFound);
    expect(() => TenantAuthority.of(user, { role: 'admin', active: false })).toThrow(TenantNotFound);
  });

  test('the product itself may do what an admin may', () => {
    TenantAuthority.of(actingProduct, null).mustBeAbleToGrant('admin');
  });
});
