import { AddWorkspaceMember, ChangeGroupMembersInBulk, CreateGroup, RemoveWorkspaceMember } from '#iam';
import type { GroupId, TenantId, UserId, WorkspaceId } from '#kernel';
import { actingUser } from '#kernel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertMembers, logMembers } from './support/many-members.ts';
import { ProjectionBench } from './support/projection-bench.ts';
import { RevisionTrail } from './support/revision-trail.ts';

/** More than one call removes. */
const many = 400;
const itemsPerRequest = 100;

let bench: ProjectionBench;

beforeAll(async () => {
  bench = await ProjectionBench.open();
});
afterAll(() => bench?.close());

interface Team {
  readonly tenantId: TenantId;
  readonly admin: UserId;
  readonly groupId: GroupId;
  readonly members: readonly UserId[];
  readonly shared: WorkspaceId;
}

/** A group of many, all known to the graph, and a workspace that none of them can see. */
async function team(): Promise<Team> {
  const admin = await bench.user();
  const { id: tenantId, root: shared } = await bench.tenant(admin);
  const members = await insertMembers(bench.owner, tenantId, many);
  await logMembers(bench.owner, tenantId, members, 'added');
  const { group_id: groupId } = await bench.iam.do(actingUser(admin), CreateGroup, { tenantId, name: 'Team' });
  const made = { tenantId, admin, groupId, members, shared };
  await inBulk(made, members, 'add');
  await bench.worker();
  await bench.isExact();
  await bench.stopWorkers();
  return made;
}

async function inBulk({ tenantId, admin, groupId }: Team, users: readonly UserId[], op: 'add' | 'remove'): Promise<void> {
  for (let from = 0; from < users.length; from += itemsPerRequest) {
    const some = users.slice(from, from + itemsPerRequest);
    const items = some.map((userId) => (op === 'add' ? ({ op, userId, role: 'member' } as const) : ({ op, userId } as const)));
    await bench.iam.do(actingUser(admin), ChangeGroupMembersInBulk, { tenantId, groupId, items });
  }
}

async function share({ tenantId, admin, groupId, shared }: Team): Promise<number> {
  const subject = { type: 'group', id: groupId } as const;
  const grant = { tenantId, workspaceId: shared, subject, role: 'viewer', expiresAt: null } as const;
  return (await bench.iam.do(actingUser(admin), AddWorkspaceMember, grant)).version;
}

async function unshare({ tenantId, admin, groupId, shared }: Team, expectedVersion: number): Promise<void> {
  const subject = { type: 'group', id: groupId } as const;
  await bench.iam.do(actingUser(admin), RemoveWorkspaceMember, { tenantId, workspaceId: shared, subject, expectedVersion });
}

/** Switched off: no event is told apart from a grant, so nothing goes first and no gate is shut. */
const asIfAllWereGrants = () => bench.owner.query('UPDATE outbox_pending SET revoking = false');

/** Applies what is pending. At how many revisions it took, the members asked about could see what was shared. */
async function seen({ shared }: Team, members: readonly UserId[]): Promise<{ revisions: number; at: number }> {
  const trail = new RevisionTrail();
  await bench.worker({ through: trail.through });
  await bench.isExact();
  await bench.stopWorkers();
  const asked = members.map((user) => ({
    resource: { type: 'workspace', id: shared },
    permission: 'view',
    subject: { type: 'user', id: user },
  }));
  let at = 0;
  for (const token of trail.revisions) {
    const { allowed } = await bench.graph.checkBulk(asked, { kind: 'exact', token });
    if (allowed.includes(true)) at += 1;
  }
  return { revisions: trail.revisions.length, at };
}

const lastOf = ({ members }: Team): readonly UserId[] => members.slice(-50);

describe('P-8 what is shared after a removal', () => {
  const removedThenShared = async (): Promise<Team> => {
    const made = await team();
    await inBulk(made, made.members, 'remove');
    await share(made);
    return made;
  };

  it('P-8 with a group whose removals are more than a batch: at no revision is it seen by anybody removed', async () => {
    const made = await removedThenShared();
    const { revisions, at } = await seen(made, lastOf(made));
    expect(at).toBe(0);
    expect(revisions).toBeGreaterThan(many / 150);
  });

  it('P-8 would be seen by them without removals first and without the gate', async () => {
    const made = await removedThenShared();
    await asIfAllWereGrants();
    expect((await seen(made, lastOf(made))).at).toBeGreaterThan(0);
  });
});

describe('P-8 granted, revoked, removed, granted again', () => {
  const grantedAgain = async (): Promise<Team> => {
    const made = await team();
    const version = await share(made);
    await unshare(made, version);
    await inBulk(made, made.members, 'remove');
    await share(made);
    return made;
  };

  it('P-8 at no revision is what was granted again seen by anybody removed', async () => {
    const made = await grantedAgain();
    const { revisions, at } = await seen(made, lastOf(made));
    expect(at).toBe(0);
    expect(revisions).toBeGreaterThan(many / 150);
  });

  it('P-8 would be seen by them without removals first and without the gate', async () => {
    const made = await grantedAgain();
    await asIfAllWereGrants();
    expect((await seen(made, lastOf(made))).at).toBeGreaterThan(0);
  });

  it('P-8 those who stay see it in the end', async () => {
    const made = await team();
    await inBulk(made, made.members.slice(1), 'remove');
    await share(made);
    const [stays] = made.members as [UserId];
    expect((await seen(made, lastOf(made))).at).toBe(0);
    expect(await bench.allows(`workspace:${made.shared}#view@user:${stays}`)).toBe(true);
  });
});
