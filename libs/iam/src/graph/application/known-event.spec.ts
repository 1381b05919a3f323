import type { LoggedEvent } from '#outbox';
import { describe, expect, it } from 'vitest';
import { knownEvent } from './known-event.ts';

const logged = (type: string, payload: unknown, schemaVersion = 1): LoggedEvent => ({
  position: 1n,
  bucket: 0,
  tenantId: 'T',
  aggregateType: 'tenant_membership',
  aggregateId: 'T:U',
  type,
  schemaVersion,
  revoking: false,
  payload,
});
const member = { tenantId: 'T', userId: 'U' };

describe('an event is known', () => {
  it('when type, version and all that the mapping reads of its payload are', () => {
    const event = logged('tenancy.member_added', { ...member, role: 'operator', later: 'additions' });
    expect(knownEvent(event)).toEqual({ type: event.type, payload: event.payload });
    expect(knownEvent(logged('identities.user_suspended', { userId: 'U', tenantId: null }))).not.toBeNull();
  });

  it.each([
    ['another type', logged('tenancy.member_promoted', { ...member, role: 'admin' })],
    ['a name that every object has', logged('toString', {})],
    ['another version', logged('tenancy.member_added', { ...member, role: 'admin' }, 2)],
    ['no payload', logged('tenancy.tenant_created', null)],
    ['a member missing', logged('tenancy.member_removed', member)],
    ['null where there must be text', logged('tenancy.tenant_created', { tenantId: null })],
    ['a role of a newer release, whose relationships are not known here', logged('tenancy.member_added', { ...member, role: 'auditor' })],
    ['an unknown former role', logged('tenancy.member_role_changed', { ...member, role: 'member', previousRole: 'auditor' })],
    ['a role of another scope', logged('workspaces.member_added', { ...member, workspaceId: 'W', role: 'operator' })],
  ])('but not with %s', (_, event) => {
    expect(knownEvent(event)).toBeNull();
  });
});
