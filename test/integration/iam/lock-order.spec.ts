import * as iam from '#iam';
import type { Actor, TenantId, UserId } from '#kernel';
import { DomainError } from '#kernel';
import { actingProduct, actingUser } from '#kernel/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunningIam } from './support/running-iam.ts';
import { TwoProcesses } from './support/two-processes.ts';

let both: TwoProcesses;

beforeAll(async () => {
  both = await TwoProcesses.start();
});
afterAll(() => both.stop());

/** A small generator, so that a run that fails can be run again. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % sides;
  };
}

const roles = ['admin', 'operator', 'member'] as const;

function anyCommand(roll: (sides: number) => number, users: readonly UserId[], tenants: readonly TenantId[], admins: readonly UserId[]) {
  const one = <T>(of: readonly T[]): T => of[roll(of.length)] as T;
  const [tenantId, userId, role] = [one(tenants), one(users), one(roles)];
  const actor: Actor = roll(3) === 0 ? actingProduct : actingUser(one(users));
  const governor = actingUser(one(admins));
  const commands: ((running: RunningIam) => Promise<unknown>)[] = [
    (running) => running.do(actor, iam.AddTenantMember, { tenantId, userId, role }),
    async (running) => {
      const { version } = await running.ask(iam.FindTenantMember, { tenantId, userId });
      await running.do(actor, iam.ChangeTenantMember, { tenantId, userId, role, expectedVersion: version });
    },
    async (running) => {
      const { version } = await running.ask(iam.FindTenantMember, { tenantId, userId });
      await running.do(actor, iam.RemoveTenantMember, { tenantId, userId, expectedVersion: version });
    },
    (running) => running.do(actingUser(userId), iam.LeaveTenant, { tenantId }),
    (running) => running.do(actingUser(userId), iam.CreateTenant, { name: 'Another' }),
    (running) => running.do(governor, iam.SuspendUser, { userId: one([...users, ...admins]) }),
    (running) => running.do(actingProduct, iam.ReactivateUser, { userId: one([...users, ...admins]) }),
    (running) => running.do(governor, iam.SuspendTenant, { tenantId }),
    (running) => running.do(actingProduct, iam.RestoreTenant, { tenantId }),
    (running) => running.do(governor, iam.AppointFirstAdmin, { tenantId, userId }),
    (running) => running.do(governor, iam.GrantPlatformAdmin, { userId: one(admins) }),
    (running) => running.do(governor, iam.RevokePlatformAdmin, { userId: one(admins) }),
  ];
  return one(commands);
}

test('every command at once on the same few rows: none waits in a circle, and no rule breaks', async () => {
  const roll = dice(4711);
  const users: UserId[] = [];
  const admins: UserId[] = [];
  while (users.length < 5) users.push(await both.owner.insertUser());
  while (admins.length < 3) admins.push(await both.owner.insertPlatformAdmin());
  const tenants = [await both.owner.insertTenantWithAdmins(...users), await both.owner.insertTenantWithAdmins(...users.slice(0, 2))];
  const faults: unknown[] = [];
  let done = 0;
  const worker = async (running: RunningIam) => {
    for (let turn = 0; turn < 120; turn += 1) {
      await anyCommand(
        roll,
        users,
        tenants,
        admins,
      )(running).then(
        () => (done += 1),
        (error: unknown) => error instanceof DomainError || faults.push(error),
      );
    }
  };
  await Promise.all([both.left, both.left, both.left, both.right, both.right, both.right].map(worker));
  expect(faults).toEqual([]);
  expect(done).toBeGreaterThan(100);
  expect(
    (await both.owner.query(`SELECT 1 FROM platform_admins a JOIN users u ON u.id = a.user_id WHERE u.status = 'active'`)).length,
  ).toBeGreaterThan(0);
  await Promise.all([both.left.stop(), both.right.stop()]); // what a session counted is published when it ends
  const [counted] = await both.owner.query('SELECT deadlocks::integer FROM pg_stat_database WHERE datname = current_database()');
  expect(counted).toEqual({ deadlocks: 0 });
});
