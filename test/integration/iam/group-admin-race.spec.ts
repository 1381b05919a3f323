import { ChangeGroupMember, LeaveGroup, RemoveGroupMember, SuspendUser } from '#iam';
import type { Actor, GroupId, TenantId, UserId } from '#kernel';
import { actingProduct, actingUser } from '#kernel/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GroupRows } from './support/group-rows.ts';
import type { RunningIam } from './support/running-iam.ts';
import { TwoProcesses } from './support/two-processes.ts';

const rounds = 100;
let both: TwoProcesses;
let rows: GroupRows;
let tenantId: TenantId;
let chief: UserId;
let ada: UserId;
let bob: UserId;

beforeAll(async () => {
  both = await TwoProcesses.start();
  rows = new GroupRows(both.owner);
  [chief, ada, bob] = [await both.owner.insertUser(), await both.owner.insertUser(), await both.owner.insertUser()];
  tenantId = await both.owner.insertTenantWithAdmins(chief);
});
afterAll(() => both.stop());

interface Case {
  readonly groupId: GroupId;
  readonly actor: Actor;
  readonly userId: UserId;
}

type Act = (scene: Case) => (iam: RunningIam) => Promise<unknown>;

const demote: Act =
  ({ groupId, actor, userId }: Case) =>
  (iam: RunningIam) =>
    iam.do(actor, ChangeGroupMember, { tenantId, groupId, userId, role: 'member', expectedVersion: 1 });
const end: Act =
  ({ groupId, actor, userId }: Case) =>
  (iam: RunningIam) =>
    iam.do(actor, ChangeGroupMember, { tenantId, groupId, userId, expiresAt: new Date(Date.now() + 60_000), expectedVersion: 1 });
const remove: Act =
  ({ groupId, actor, userId }: Case) =>
  (iam: RunningIam) =>
    iam.do(actor, RemoveGroupMember, { tenantId, groupId, userId, expectedVersion: 1 });
const leave: Act =
  ({ groupId, userId }: Case) =>
  (iam: RunningIam) =>
    iam.do(actingUser(userId), LeaveGroup, { tenantId, groupId });

const twoAdmins = () => rows.insert(tenantId, { admin: [ada, bob] });

/** Admins that the rule counts. */
const lasting = async (groupId: GroupId) =>
  (
    await both.owner.query<{ user_id: UserId }>(
      `SELECT user_id FROM group_members WHERE group_id = $1 AND role = 'admin' AND expires_at IS NULL ORDER BY user_id`,
      [groupId],
    )
  ).map(({ user_id }) => user_id);

describe('M-2 two admins of a group at once', () => {
  const ways = [leave, demote, remove] as const;

  test.each([
    ['leaving', leave],
    ['demoting', demote],
    ['removing', remove],
  ] as const)(`M-2 %s themselves, ${rounds} rounds: exactly one stays, the other is refused with LastGroupAdmin`, async (_way, act) => {
    for (let round = 0; round < rounds; round += 1) await giveUp(act, act);
  });

  test(`M-2 each giving up their own role in another way, ${rounds} rounds: exactly one stays`, async () => {
    for (let round = 0; round < rounds; round += 1) await giveUp(ways[round % 3] ?? leave, ways[(round + 1) % 3] ?? leave);
  });

  async function giveUp(one: Act, other: Act): Promise<void> {
    const groupId = await twoAdmins();
    const outcomes = await both.race(
      one({ groupId, actor: actingUser(ada), userId: ada }),
      other({ groupId, actor: actingUser(bob), userId: bob }),
    );
    expect([...outcomes].sort()).toEqual(['LastGroupAdmin', 'done']);
    expect(await lasting(groupId)).toEqual([outcomes[0] === 'done' ? bob : ada]);
  }

  test.each([
    ['demoting', demote, 'GroupAdminRequired'],
    ['removing', remove, 'GroupNotFound'],
  ] as const)(
    `M-2 %s each other, ${rounds} rounds: exactly one stays, and the one who came too late is told that they may not`,
    async (_way, act, refusal) => {
      for (let round = 0; round < rounds; round += 1) {
        const groupId = await twoAdmins();
        const outcomes = await both.race(
          act({ groupId, actor: actingUser(ada), userId: bob }),
          act({ groupId, actor: actingUser(bob), userId: ada }),
        );
        expect([...outcomes].sort()).toEqual([refusal, 'done'].sort());
        expect(await lasting(groupId)).toEqual([outcomes[0] === 'done' ? ada : bob]);
      }
    },
  );

  test(`M-2 an admin of the tenant demoting, removing or giving an end to both, ${rounds} rounds: the rule holds for them too`, async () => {
    const acts = [demote, remove, end] as const;
    for (let round = 0; round < rounds; round += 1) {
      const groupId = await twoAdmins();
      const act = acts[round % 3] ?? end;
      const outcomes = await both.race(
        act({ groupId, actor: actingUser(chief), userId: ada }),
        act({ groupId, actor: actingUser(chief), userId: bob }),
      );
      expect([...outcomes].sort()).toEqual(['LastGroupAdmin', 'done']);
      expect(await lasting(groupId)).toEqual([outcomes[0] === 'done' ? bob : ada]);
    }
  });

  test(`M-2 “suspend B” against “A leaves”, ${rounds} rounds: the leaving is refused, or it came first`, async () => {
    for (let round = 0; round < rounds; round += 1) {
      const other = await both.owner.insertUser();
      const groupId = await rows.insert(tenantId, { admin: [ada, other] });
      const [suspension, leaving] = await both.race(
        (iam) => iam.do(actingProduct, SuspendUser, { userId: other }),
        leave({ groupId, actor: actingUser(ada), userId: ada }),
      );
      expect(suspension).toBe('done');
      const told = (await both.owner.eventsAbout(other)).map(({ type }) => type);
      const position = async (type: string) =>
        (
          await both.owner.query<{ position: number }>(
            `SELECT max(position)::integer AS position FROM outbox_events WHERE type = $1 AND payload::text LIKE $2`,
            [type, type.startsWith('groups') ? `%${groupId}%` : `%${other}%`],
          )
        )[0]?.position ?? 0;
      expect(told).toContain('identities.user_suspended');
      if (leaving === 'done') expect(await position('groups.member_removed')).toBeLessThan(await position('identities.user_suspended'));
      else expect([leaving, await rows.adminsOf(groupId)]).toEqual(['LastGroupAdmin', [ada, other].sort()]);
    }
  });
});
