import { eventually } from '../../../support/eventually.ts';
import type { ApiClient } from './api-client.ts';
import { absentUlid, type Tenant, type World } from './world.ts';

/** Ids that exist in one tenant, by the name that paths and bodies give them. */
export type Pool = Readonly<Record<string, readonly string[]>>;

/** As soon as the graph shows the parent: the stack may be one that waits for nothing. */
function made(admin: ApiClient, path: string, body: object): Promise<string> {
  const attempt = async () => {
    const answer = await admin.post(path, body);
    if (answer.status >= 300) throw new Error(`${path}: ${answer.text}`);
    return (answer.body?.id ?? '') as string;
  };
  return eventually(attempt, { within: 10_000, every: 20, what: path });
}

async function poolOf({ id, slug, workspace, admin, adminId }: Tenant, { root, memberOfAcme, bothId }: World): Promise<Pool> {
  const workspaces = `/v1/tenants/${id}/workspaces`;
  const child = await made(admin, `${workspaces}/${workspace}/children`, { name: 'Child' });
  const leaf = await made(admin, `${workspaces}/${child}/children`, { name: 'Leaf' });
  const archived = await made(admin, `${workspaces}/${workspace}/children`, { name: 'Archived' });
  await made(admin, `${workspaces}/${archived}/archive`, {});
  const groups = [
    await made(admin, `/v1/tenants/${id}/groups`, { name: 'Red' }),
    await made(admin, `/v1/tenants/${id}/groups`, { name: 'Blue' }),
  ];
  const users = [adminId, memberOfAcme, bothId];
  const member = { subject: { type: 'group', id: groups[0] }, role: 'viewer' };
  await made(admin, `${workspaces}/${child}/members`, member);
  return {
    tenant: [id, slug],
    user: users,
    workspace: [workspace, child, leaf, archived],
    group: groups,
    subject: [...users, ...groups],
    subject_type: ['users', 'groups'],
    operation: [await made(root, '/v1/platform/projection/verifications', { tenant_id: id })],
    position: ['1', '2', '3'],
  };
}

/** For each of the two tenants a few workspaces, one of them archived, groups and long work, so that requests of random ids find something. */
export const makePools = (world: World): Promise<Pool[]> => Promise.all([world.acme, world.globex].map((tenant) => poolOf(tenant, world)));

/** What may stand for `:name` in a path or body: things of its kind that exist. A name that is new gets anything. */
export const candidates = (pool: Pool, name: string): readonly string[] => pool[name] ?? [...Object.values(pool).flat(), absentUlid];
