import type { ApiClient } from './api-client.ts';
import { platformAdmin, type ApiStack } from './api-stack.ts';

/** Has the form of an id, and nobody has it. */
export const absentUlid = '01ABSENT000000000000000000'.replace(/[ILOU]/g, '0');

export interface Tenant {
  readonly id: string;
  readonly slug: string;
  readonly workspace: string;
  readonly admin: ApiClient;
  readonly adminId: string;
}

/** Two tenants with an admin each, a platform admin who is admin of both, and one person who is a member of both. */
export interface World {
  readonly acme: Tenant;
  readonly globex: Tenant;
  readonly root: ApiClient;
  readonly both: ApiClient;
  readonly bothId: string;
  readonly outsider: ApiClient;
  readonly memberOfAcme: string;
}

export async function idOf(client: ApiClient): Promise<string> {
  return (await client.get('/v1/me')).body.id as string;
}

async function tenant(admin: ApiClient, slug: string): Promise<Tenant> {
  const { status, body, text } = await admin.post('/v1/tenants', { name: slug, slug });
  if (status !== 201) throw new Error(text);
  return { id: body.id as string, slug, workspace: body.root_workspace_id as string, admin, adminId: await idOf(admin) };
}

export async function join(to: Tenant, userId: string, role: string): Promise<number> {
  const { status, body, text } = await to.admin.post(`/v1/tenants/${to.id}/members`, { user_id: userId, role });
  if (status !== 201) throw new Error(text);
  return body.version as number;
}

/** Makes a group in the tenant and puts somebody into every place that a path can name them in; resolves with the group's id. */
export async function placeEverywhere({ id, workspace, admin }: Tenant, userId: string): Promise<string> {
  const made = async (path: string, body: object): Promise<unknown> => {
    const answer = await admin.post(`/v1/tenants/${id}/${path}`, body);
    if (answer.status !== 201) throw new Error(answer.text);
    return answer.body.id;
  };
  const group = (await made('groups', { name: 'crew' })) as string;
  await made(`groups/${group}/members`, { user_id: userId, role: 'member' });
  await made(`workspaces/${workspace}/members`, { subject: { type: 'user', id: userId }, role: 'viewer' });
  return group;
}

export async function makeWorld(stack: ApiStack): Promise<World> {
  const [alice, mallory, root, both, outsider, bob] = (await Promise.all(
    ['alice', 'mallory', platformAdmin, 'dave', 'olga', 'bob'].map((name) => stack.as(name)),
  )) as [ApiClient, ApiClient, ApiClient, ApiClient, ApiClient, ApiClient];
  const acme = await tenant(alice, 'acme');
  const globex = await tenant(mallory, 'globex');
  const [rootId, bothId, memberOfAcme] = await Promise.all([idOf(root), idOf(both), idOf(bob)]);
  await idOf(outsider);
  await join(acme, memberOfAcme, 'member');
  for (const each of [acme, globex]) {
    await join(each, rootId, 'admin');
    await join(each, bothId, 'operator');
  }
  return { acme, globex, root, both, bothId, outsider, memberOfAcme };
}
