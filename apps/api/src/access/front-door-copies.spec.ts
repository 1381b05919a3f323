import type { FrontDoorView } from '#iam';
import type { TenantId } from '#kernel';
import { beforeEach, describe, expect, it } from 'vitest';
import { FrontDoorCopies, longestCopyMs } from './front-door-copies.ts';

const view = (tenant: string | null = 'T1', role_ends_in_ms: number | null = null): FrontDoorView => ({
  user_status: 'active',
  tenant_id: tenant as TenantId | null,
  tenant_state: tenant && 'active',
  role: tenant && 'member',
  role_ends_in_ms,
  is_platform_admin: false,
});

let now: number;
let copies: FrontDoorCopies;
beforeEach(() => {
  now = 1_000;
  copies = new FrontDoorCopies(() => now);
});

describe('P-7 a copy of the front door', () => {
  it('P-7 ends 5 s after it was read, and being used does not extend it', () => {
    copies.put('u', 'acme', view(), now);
    for (let age = 0; age < longestCopyMs; age += 500) {
      now = 1_000 + age;
      expect(copies.get('u', 'acme')).toBeDefined();
    }
    now = 1_000 + longestCopyMs;
    expect(copies.get('u', 'acme')).toBeUndefined();
  });

  it('P-7 counts from when the question was sent, not from when the answer came', () => {
    now = 4_000;
    copies.put('u', 'acme', view(), 1_000);
    now = 1_000 + longestCopyMs;
    expect(copies.get('u', 'acme')).toBeUndefined();
  });

  it('M-7 ends with the role it shows, counted from when the question was sent', () => {
    now = 1_800;
    copies.put('u', 'acme', view('T1', 1_000), 1_000);
    copies.put('v', 'acme', view('T1', 60_000), 1_000);
    now = 1_999;
    expect(copies.get('u', 'acme')).toBeDefined();
    now = 2_000;
    expect(copies.get('u', 'acme')).toBeUndefined();
    expect(copies.get('v', 'acme')).toBeDefined();
    now = 1_000 + longestCopyMs;
    expect(copies.get('v', 'acme')).toBeUndefined();
  });

  it('belongs to one user and one tenant', () => {
    copies.put('u', 'acme', view(), now);
    for (const [user, tenant] of [
      ['v', 'acme'],
      ['u', 'other'],
      ['u', null],
    ] as const)
      expect(copies.get(user, tenant)).toBeUndefined();
  });

  it('P-7 is dropped by a change of its tenant, under whichever name it was asked for', () => {
    copies.put('u', 'acme', view(), now);
    copies.put('u', 'T1', view(), now);
    copies.put('u', 'other', view('T2'), now);
    copies.drop('T1');
    expect([copies.get('u', 'acme'), copies.get('u', 'T1')]).toEqual([undefined, undefined]);
    expect(copies.get('u', 'other')).toBeDefined();
  });

  it('P-7 that was being read while its tenant changed is not kept', () => {
    const readAt = now;
    now += 5;
    copies.drop('T1');
    now += 5;
    copies.put('u', 'acme', view(), readAt);
    expect(copies.get('u', 'acme')).toBeUndefined();
    copies.put('u', 'acme', view(), now);
    expect(copies.get('u', 'acme')).toBeDefined();
  });

  it('P-7 is dropped with all others when a user or the platform changed', () => {
    copies.put('u', null, view(null), now);
    copies.put('u', 'acme', view(), now);
    copies.dropAll();
    expect([copies.get('u', null), copies.get('u', 'acme')]).toEqual([undefined, undefined]);
  });

  it('of one tenant survives another that changes again and again', () => {
    copies.put('u', 'acme', view(), now);
    now += 1;
    copies.drop('T2');
    now += 1;
    copies.drop('T2');
    expect(copies.get('u', 'acme')).toBeDefined();
  });

  it('P-7 does not come back when more tenants changed than are remembered', () => {
    copies.put('u', 'acme', view(), now);
    copies.drop('T1');
    for (let tenant = 0; tenant < 10_001; tenant += 1) copies.drop(`X${tenant}`);
    expect(copies.get('u', 'acme')).toBeUndefined();
  });
});
