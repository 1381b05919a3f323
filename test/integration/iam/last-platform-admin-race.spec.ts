import { RevokePlatformAdmin, SuspendUser } from '#iam';
import type { UserId } from '#kernel';
import { actingUser } from '#kernel/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunningIam } from './support/running-iam.ts';
import { TwoProcesses } from './support/two-processes.ts';

const rounds = 100;
let both: TwoProcesses;

beforeAll(async () => {
  both = await TwoProcesses.start();
});
afterAll(() => both.stop());

const revoke = (actor: UserId, userId: UserId) => (iam: RunningIam) => iam.do(actingUser(actor), RevokePlatformAdmin, { userId });
const suspend = (actor: UserId, userId: UserId) => (iam: RunningIam) => iam.do(actingUser(actor), SuspendUser, { userId });

async function twoAdmins(): Promise<[UserId, UserId]> {
  await both.owner.query('DELETE FROM platform_admins');
  return [await both.owner.insertPlatformAdmin(), await both.owner.insertPlatformAdmin()];
}

async function activeAdmins(): Promise<unknown[]> {
  return both.owner.query(`SELECT a.user_id FROM platform_admins a JOIN users u ON u.id = a.user_id WHERE u.status = 'active'`);
}

test.each([
  ['revoking', 'revoking', revoke, revoke],
  ['suspending', 'suspending', suspend, suspend],
  ['revoking', 'suspending', revoke, suspend],
] as const)(`I-6 two platform admins, one %s and one %s themselves, ${rounds} rounds: one stays`, async (_one, _other, one, other) => {
  for (let round = 0; round < rounds; round += 1) {
    const [ada, bob] = await twoAdmins();
    const outcomes = await both.race(one(ada, ada), other(bob, bob));
    expect([...outcomes].sort()).toEqual(['LastPlatformAdmin', 'done']);
    expect(await activeAdmins()).toEqual([{ user_id: outcomes[0] === 'done' ? bob : ada }]);
  }
});

test.each([
  ['revoking', revoke],
  ['suspending', suspend],
] as const)(`I-6 two platform admins %s each other, ${rounds} rounds: one stays, and the other may no longer`, async (_way, act) => {
  for (let round = 0; round < rounds; round += 1) {
    const [ada, bob] = await twoAdmins();
    const outcomes = await both.race(act(ada, bob), act(bob, ada));
    expect([...outcomes].sort()).toEqual(['PlatformAdminRequired', 'done']);
    expect(await activeAdmins()).toEqual([{ user_id: outcomes[0] === 'done' ? ada : bob }]);
  }
});
