import { relationshipKey, type Relationship } from '#authorization';
import { anId } from '#kernel/testing';
import type { DomainEvent, TenantId, UserId } from '#kernel';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { IamEvent } from '../../iam-event.ts';
import { PlatformAdmin } from '../../identities/domain/platform-admin.ts';
import { User } from '../../identities/domain/user.ts';
import type { TenantRole } from '../../tenancy/index.ts';
import { TenantMembership } from '../../tenancy/domain/tenant-membership.ts';
import { footprintOf } from './footprint.ts';
import * as f from './relationships-of-rows.ts';

const at = new Date('2026-11-21T07:00:00Z');
const [tenantId, userId] = [anId<TenantId>(), anId<UserId>()];
const keys = (relationships: readonly Relationship[]) => relationships.map(relationshipKey);

describe('which edges rows make', () => {
  it('Z-1 a role, and every role below it', () => {
    const row = (role: string) => f.ofTenantMember({ tenant_id: 't', user_id: 'u', role, expires_at: null, user_status: 'active' });
    expect(row('admin').map(({ relation }) => relation)).toEqual(['admin', 'operator', 'member']);
    expect(row('operator').map(({ relation }) => relation)).toEqual(['operator', 'member']);
    expect(row('member').map(({ relation }) => relation)).toEqual(['member']);
    const inWorkspace = f.ofWorkspaceMember({
      tenant_id: 't',
      workspace_id: 'w',
      subject_type: 'user',
      subject_id: 'u',
      role: 'admin',
      expires_at: null,
    });
    expect(inWorkspace.map(({ relation }) => relation)).toEqual(['admin', 'member', 'viewer']);
  });

  it('M-7 each with the end of the membership it comes from', () => {
    const expires_at = new Date('2026-12-24T18:00:00Z');
    const lasting = { tenant_id: 't', user_id: 'u', expires_at, user_status: 'active' };
    const rows = [
      ...f.ofTenantMember({ ...lasting, role: 'operator' }),
      ...f.ofWorkspaceMember({ tenant_id: 't', workspace_id: 'w', subject_type: 'user', subject_id: 'u', role: 'viewer', expires_at }),
      ...f.ofGroupMember({ tenant_id: 't', group_id: 'g', user_id: 'u', role: 'admin', expires_at }),
    ];
    expect(rows.map(({ expiresAt }) => expiresAt)).toEqual(Array(5).fill(expires_at));
  });

  it('Z-1 a group holds a role in a workspace by its members', () => {
    const row = { tenant_id: 't', workspace_id: 'w', subject_type: 'group', subject_id: 'g', expires_at: null } as const;
    expect(keys(f.ofWorkspaceMember({ ...row, role: 'member' }))).toEqual([
      'workspace:w#member@group:g#member',
      'workspace:w#viewer@group:g#member',
    ]);
    expect(keys([...f.ofGroup({ group_id: 'g', tenant_id: 't' })])).toEqual(['group:g#tenant@tenant:t']);
  });

  it('M-9 none for a role, a status or a state that this code does not know: it denies', () => {
    expect(f.ofTenantMember({ tenant_id: 't', user_id: 'u', role: 'emperor', expires_at: null, user_status: 'active' })).toEqual([]);
    expect(f.ofTenantMember({ tenant_id: 't', user_id: 'u', role: 'admin', expires_at: null, user_status: 'dormant' })).toEqual([]);
    expect(f.ofPlatformAdmin({ user_id: 'u', user_status: 'dormant' })).toEqual([]);
    expect(keys(f.ofTenantState({ tenant_id: 't', state: 'frozen' }))).toEqual([
      'tenant:t#suspended@user:*',
      'tenant:t#suspended@service_account:*',
    ]);
    expect(keys(f.ofWorkspaceState({ workspace_id: 'w', tenant_id: 't', parent_id: null, inherits: true, state: 'frozen' }))).toHaveLength(
      2,
    );
  });

  it('I-5 none for a suspended user', () => {
    expect(f.ofTenantMember({ tenant_id: 't', user_id: 'u', role: 'admin', expires_at: null, user_status: 'suspended' })).toEqual([]);
    expect(f.ofPlatformAdmin({ user_id: 'u', user_status: 'suspended' })).toEqual([]);
  });

  it('W-5 a parent only where roles are inherited', () => {
    const row = { workspace_id: 'w', tenant_id: 't', parent_id: 'p', state: 'active' };
    expect(keys(f.ofWorkspace({ ...row, inherits: true }))).toEqual(['workspace:w#tenant@tenant:t', 'workspace:w#inherits@workspace:p']);
    expect(keys(f.ofWorkspace({ ...row, inherits: false }))).toEqual(['workspace:w#tenant@tenant:t']);
  });
});

type Act =
  | 'join admin'
  | 'join operator'
  | 'join member'
  | 'to admin'
  | 'to operator'
  | 'to member'
  | 'leave'
  | 'suspend'
  | 'reactivate'
  | 'rise'
  | 'fall';

const acts: readonly Act[] = [
  'join admin',
  'join operator',
  'join member',
  'to admin',
  'to operator',
  'to member',
  'leave',
  'suspend',
  'reactivate',
  'rise',
  'fall',
];

/** One user, one tenant and the platform, by the product's own aggregates. */
class Rows {
  private readonly user = User.provision(userId, { email: null, emailVerified: false, displayName: null }, at);
  private membership: TenantMembership | null = null;
  private admin: PlatformAdmin | null = null;

  get edges(): string[] {
    const user_status = this.user.status;
    const member = this.membership && { tenant_id: tenantId, user_id: userId, role: this.membership.role, expires_at: null, user_status };
    return keys([...(member ? f.ofTenantMember(member) : []), ...(this.admin ? f.ofPlatformAdmin({ user_id: userId, user_status }) : [])]);
  }

  /** What it recorded. */
  do(act: Act): readonly DomainEvent[] {
    const others = { anotherIsActive: true };
    const tenants = this.membership === null ? [] : [tenantId];
    const [verb, role] = act.split(' ') as [string, TenantRole];
    if (verb === 'suspend') this.user.suspend(tenants, at);
    else if (verb === 'reactivate') this.user.reactivate(tenants, at);
    else if (verb === 'join') this.membership ??= TenantMembership.join({ tenantId, userId, role, lastVersion: 0 }, at);
    else if (verb === 'to') this.membership?.changeRole(role, others, at);
    else if (verb === 'leave') this.membership?.remove(others, at);
    else if (verb === 'rise') this.admin ??= PlatformAdmin.grant(userId, 0, at);
    else this.admin?.revoke(others, at);
    const events = [...this.user.pullEvents(), ...(this.membership?.pullEvents() ?? []), ...(this.admin?.pullEvents() ?? [])];
    if (verb === 'leave') this.membership = null;
    if (verb === 'fall') this.admin = null;
    return events;
  }
}

describe('P-1 P-12 events and rows', () => {
  it('P-1 P-12 whatever happens, every edge that came or went lies in the footprint of an event, and one that went in a revoking one', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...acts), { minLength: 1, maxLength: 30 }), (script) => {
        const rows = new Rows();
        let before = new Set<string>();
        for (const act of script) {
          const events = rows.do(act) as readonly IamEvent[];
          const after = new Set(rows.edges);
          const named = new Set(events.flatMap((event) => keys(footprintOf(event))));
          const revoked = new Set(events.filter(({ revoking }) => revoking).flatMap((event) => keys(footprintOf(event))));
          for (const edge of after) if (!before.has(edge)) expect(named, `${act} made ${edge}`).toContain(edge);
          for (const edge of before) if (!after.has(edge)) expect(revoked, `${act} unmade ${edge}`).toContain(edge);
          before = after;
        }
      }),
      { numRuns: 300 },
    );
  });
});
