import { actingProduct, actingUser, anId } from '#kernel/testing';
import { describe, expect, test } from 'vitest';
import { ExpiryBeyondOwn } from '../../tenancy/index.ts';
import { GroupAdminRequired, GroupNotFound } from '../domain/errors.ts';
import type { GroupStanding } from '../domain/group-standing.ts';
import { GroupAuthority } from './group-authority.ts';

const [noon, at, evening, night] = ['12', '15', '18', '21'].map((hour) => new Date(`2026-03-04T${hour}:00:00.000Z`)) as [
  Date,
  Date,
  Date,
  Date,
];
const outside: GroupStanding = { tenantRole: 'member', tenantExpiresAt: null, groupRole: null, groupExpiresAt: null };
const of = (standing: Partial<GroupStanding> | null, actor = actingUser(anId())) =>
  GroupAuthority.of(actor, standing && { ...outside, ...standing }, at);

describe('authority in a group', () => {
  test('M-3 admins of the group, admins of the tenant and the product itself manage it', () => {
    for (const standing of [{ groupRole: 'admin' }, { tenantRole: 'admin' }] as const)
      expect(() => of(standing).mustManage()).not.toThrow();
    expect(() => of(null, actingProduct).mustManage().mustLastUntil(null)).not.toThrow();
  });

  test('M-3 members of the group and operators of the tenant see it, and are told that they may not', () => {
    for (const standing of [
      { groupRole: 'member' },
      { tenantRole: 'operator' },
      { tenantRole: 'operator', groupRole: 'member' },
    ] as const) {
      expect(() => of(standing).mustManage()).toThrow(GroupAdminRequired);
    }
  });

  test('to everybody else there is no such group', () => {
    for (const standing of [null, {}]) expect(() => of(standing)).toThrow(GroupNotFound);
  });

  test('M-9 a role nobody knows is taken for none', () => {
    expect(() => of({ groupRole: 'owner' as never })).toThrow(GroupNotFound);
    expect(() => of({ tenantRole: 'owner' })).toThrow(GroupNotFound);
  });

  test('M-7 what is over counts for nothing, whatever the role', () => {
    expect(() => of({ groupRole: 'admin', groupExpiresAt: noon })).toThrow(GroupNotFound);
    expect(() => of({ groupRole: 'admin', groupExpiresAt: at })).toThrow(GroupNotFound);
    expect(() => of({ tenantRole: 'admin', groupRole: 'admin', tenantExpiresAt: noon })).toThrow(GroupNotFound);
    expect(() => of({ tenantRole: 'operator', groupRole: 'admin', groupExpiresAt: noon }).mustManage()).toThrow(GroupAdminRequired);
  });

  test('M-3 nobody grants for longer than they are there themselves', () => {
    const temporary = of({ groupRole: 'admin', groupExpiresAt: evening, tenantExpiresAt: night });
    expect(() => temporary.mustLastUntil(evening)).not.toThrow();
    for (const end of [night, null]) expect(() => temporary.mustLastUntil(end)).toThrow(ExpiryBeyondOwn);
    expect(() => of({ groupRole: 'admin', tenantExpiresAt: evening }).mustLastUntil(night)).toThrow(ExpiryBeyondOwn);
    expect(() => of({ groupRole: 'admin' }).mustLastUntil(null)).not.toThrow();
  });

  test('M-3 an admin of the tenant grants for as long as they are that, however short they are in the group', () => {
    const admin = of({ tenantRole: 'admin', tenantExpiresAt: night, groupRole: 'admin', groupExpiresAt: evening });
    expect(() => admin.mustLastUntil(night)).not.toThrow();
    expect(() => admin.mustLastUntil(null)).toThrow(ExpiryBeyondOwn);
  });
});
