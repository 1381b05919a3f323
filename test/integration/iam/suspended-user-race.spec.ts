import { AddTenantMember, AppointFirstAdmin, CreateTenant, ReactivateUser, SuspendUser } from '#iam';
import type { UserId } from '#kernel';
import { actingProduct, actingUser } from '#kernel/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunningIam } from './support/running-iam.ts';
import { TwoProcesses } from './support/two-processes.ts';

const rounds = 100;
let both: TwoProcesses;

beforeAll(async () => {
  both = await TwoProcesses.start();
});
afterAll(() => both.stop());

const suspend = (userId: UserId) => (iam: RunningIam) => iam.do(actingProduct, SuspendUser, { userId });

/** The tenants whose log holds the suspension after the membership, and those the user is a member of: they must be the same. */
async function toldAndJoined(userId: UserId): Promise<[unknown[], unknown[]]> {
  const told = await both.owner.query(
    `SELECT s.tenant_id FROM outbox_events s JOIN outbox_events a ON a.tenant_id = s.tenant_id AND a.position < s.position
     WHERE s.type = 'identities.user_suspended' AND s.payload->>'userId' = $1
       AND a.type = 'tenancy.member_added' AND a.payload->>'userId' = $1 ORDER BY 1`,
    [userId],
  );
  return [told, await both.owner.query('SELECT tenant_id FROM tenant_members WHERE user_id = $1 ORDER BY 1', [userId])];
}

test(`I-5 “suspend user” against “add that user”, ${rounds} rounds: the tenant is told of the suspension, or the user is refused`, async () => {
  const ada = await both.owner.insertUser();
  const tenantId = await both.owner.insertTenantWithAdmins(ada);
  for (let round = 0; round < rounds; round += 1) {
    const userId = await both.owner.insertUser();
    const add = (iam: RunningIam) => iam.do(actingUser(ada), AddTenantMember, { tenantId, userId, role: 'member' });
    const [added, suspended] = await both.race(add, suspend(userId));
    expect(suspended).toBe('done');
    expect(added === 'done' ? 'done' : added).toMatch(/^(done|UserNotActive)$/);
    const [told, joined] = await toldAndJoined(userId);
    expect(told).toEqual(joined);
    expect(joined).toHaveLength(added === 'done' ? 1 : 0);
  }
});

test(`I-5 “suspend user” against a tenant that the user creates, ${rounds} rounds: as above`, async () => {
  for (let round = 0; round < rounds; round += 1) {
    const userId = await both.owner.insertUser();
    const [created, suspended] = await both.race((iam) => iam.do(actingUser(userId), CreateTenant, { name: 'Acme' }), suspend(userId));
    expect(suspended).toBe('done');
    expect(created).toMatch(/^(done|UserNotActive)$/);
    const [told, joined] = await toldAndJoined(userId);
    expect(told).toEqual(joined);
    expect(joined).toHaveLength(created === 'done' ? 1 : 0);
  }
});

test(`a first admin appointed while the suspended admin is reactivated, ${rounds} rounds: refused, or it came first`, async () => {
  for (let round = 0; round < rounds; round += 1) {
    const [gone, next] = [await both.owner.insertUser('suspended'), await both.owner.insertUser()];
    const tenantId = await both.owner.insertTenantWithAdmins(gone);
    const [appointed, reactivated] = await both.race(
      (iam) => iam.do(actingProduct, AppointFirstAdmin, { tenantId, userId: next }),
      (iam) => iam.do(actingProduct, ReactivateUser, { userId: gone }),
    );
    expect(reactivated).toBe('done');
    const told = (await both.owner.eventsAbout(tenantId)).map(({ type }) => type);
    if (appointed === 'done') expect(told).toEqual(['tenancy.member_added', 'identities.user_reactivated']);
    else expect([appointed, told]).toEqual(['ActiveAdminExists', ['identities.user_reactivated']]);
  }
});
