import { ChangeTenantMember, LeaveTenant, RemoveTenantMember, SuspendUser } from '#iam';
import type { Actor, TenantId, UserId } from '#kernel';
import { actingProduct, actingUser } from '#kernel/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import type { RunningIam } from './support/running-iam.ts';
import { TwoProcesses } from './support/two-processes.ts';

const rounds = 100;
let both: TwoProcesses;

beforeAll(async () => {
  both = await TwoProcesses.start();
});
afterAll(() => both.stop());

interface Case {
  readonly tenantId: TenantId;
  readonly actor: Actor;
  readonly userId: UserId;
}

const demote =
  ({ tenantId, actor, userId }: Case) =>
  (iam: RunningIam) =>
    iam.do(actor, ChangeTenantMember, { tenantId, userId, role: 'member', expectedVersion: 1 });
const remove =
  ({ tenantId, actor, userId }: Case) =>
  (iam: RunningIam) =>
    iam.do(actor, RemoveTenantMember, { tenantId, userId, expectedVersion: 1 });
const leave =
  ({ tenantId, userId }: Case) =>
  (iam: RunningIam) =>
    iam.do(actingUser(userId), LeaveTenant, { tenantId });

const twoAdmins = async () => {
  const [ada, bob] = [await both.owner.insertUser(), await both.owner.insertUser()];
  return { ada, bob, tenantId: await both.owner.insertTenantWithAdmins(ada, bob) };
};

describe('M-2 two admins at once', () => {
  const ways = { demote, remove, leave };
  const pairs = Object.keys(ways).flatMap((one) => Object.keys(ways).map((other) => [one, other] as const)) as (readonly [
    keyof typeof ways,
    keyof typeof ways,
  ])[];

  test.each(pairs)(
    `each giving up their own role (%s, %s), ${rounds} rounds: exactly one loses, with LastTenantAdmin`,
    async (one, other) => {
      for (let round = 0; round < rounds; round += 1) {
        const { ada, bob, tenantId } = await twoAdmins();
        const outcomes = await both.race(
          ways[one]({ tenantId, actor: actingUser(ada), userId: ada }),
          ways[other]({ tenantId, actor: actingUser(bob), userId: bob }),
        );
        expect([...outcomes].sort()).toEqual(['LastTenantAdmin', 'done']);
        expect(await both.owner.activeAdminsOf(tenantId)).toEqual([outcomes[0] === 'done' ? bob : ada]);
      }
    },
  );

  test(`giving each other an end, ${rounds} rounds: one stays without, and the other is told LastTenantAdmin`, async () => {
    const expiresAt = new Date(Date.now() + 3_600_000);
    for (let round = 0; round < rounds; round += 1) {
      const { ada, bob, tenantId } = await twoAdmins();
      const giving = (by: UserId, userId: UserId) => (iam: RunningIam) =>
        iam.do(actingUser(by), ChangeTenantMember, { tenantId, userId, expiresAt, expectedVersion: 1 });
      const outcomes = await both.race(giving(ada, bob), giving(bob, ada));
      expect([...outcomes].sort()).toEqual(['LastTenantAdmin', 'done']);
      const lasting = await both.owner.query('SELECT user_id FROM tenant_members WHERE tenant_id = $1 AND expires_at IS NULL', [tenantId]);
      expect(lasting).toEqual([{ user_id: outcomes[0] === 'done' ? ada : bob }]);
    }
  });

  test.each([
    ['demoting', demote, 'TenantAdminRequired'],
    ['removing', remove, 'TenantNotFound'],
  ] as const)(
    `%s each other, ${rounds} rounds: never zero, and the one who came too late is told that they may not`,
    async (_way, act, refusal) => {
      for (let round = 0; round < rounds; round += 1) {
        const { ada, bob, tenantId } = await twoAdmins();
        const outcomes = await both.race(
          act({ tenantId, actor: actingUser(ada), userId: bob }),
          act({ tenantId, actor: actingUser(bob), userId: ada }),
        );
        expect([...outcomes].sort()).toEqual([refusal, 'done'].sort());
        expect(await both.owner.activeAdminsOf(tenantId)).toEqual([outcomes[0] === 'done' ? ada : bob]);
      }
    },
  );
});

describe('M-2 “suspend B” against “demote A”, who are the only admins', () => {
  const suspendBob = (bob: UserId) => (iam: RunningIam) => iam.do(actingProduct, SuspendUser, { userId: bob });

  test(`at once, ${rounds} rounds: the demotion is refused, or it came first`, async () => {
    for (let round = 0; round < rounds; round += 1) {
      const { ada, bob, tenantId } = await twoAdmins();
      const demoteAda = demote({ tenantId, actor: actingUser(ada), userId: ada });
      const [suspension, demotion] = await both.race(suspendBob(bob), demoteAda);
      expect(suspension).toBe('done');
      const told = (await both.owner.eventsAbout(tenantId)).map(({ type }) => type);
      if (demotion === 'done') expect(told).toEqual(['tenancy.member_role_changed', 'identities.user_suspended']);
      else expect([demotion, told]).toEqual(['LastTenantAdmin', ['identities.user_suspended']]);
    }
  });

  test('while the suspension is under way, the demotion waits for it, and is refused', async () => {
    const { ada, bob, tenantId } = await twoAdmins();
    await both.owner.query('BEGIN');
    await both.owner.query(`SELECT 1 FROM users WHERE id = $1 FOR UPDATE`, [bob]);
    await both.owner.query(`UPDATE users SET status = 'suspended', version = version + 1 WHERE id = $1`, [bob]);
    const demotion = demote({ tenantId, actor: actingUser(ada), userId: ada })(both.left);
    const refused = expect(demotion).rejects.toMatchObject({ name: 'LastTenantAdmin' });
    await eventually(async () => (await both.owner.waiting()) > 0, { what: 'the demotion waiting' });
    await both.owner.query('COMMIT');
    await refused;
    expect(await both.owner.activeAdminsOf(tenantId)).toEqual([ada]);
  });

  test('after the demotion, the suspension goes, and the tenant is left without an active admin', async () => {
    const { ada, bob, tenantId } = await twoAdmins();
    await demote({ tenantId, actor: actingUser(ada), userId: ada })(both.left);
    await suspendBob(bob)(both.right);
    expect(await both.owner.activeAdminsOf(tenantId)).toEqual([]);
  });
});
