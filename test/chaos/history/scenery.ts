import type { FakeIssuer } from '../../../apps/api/src/authentication/testing/fake-issuer.ts';
import { eventually } from '../../support/eventually.ts';
import { succeeded, type Asked, type Caller, type Requests } from './requests.ts';
import { platformAdmin } from './stand.ts';

export interface Person extends Caller {
  readonly id: string;
}

export interface Place {
  readonly id: string;
  readonly admin: Person;
  readonly root: string;
  readonly workspaces: string[];
  readonly groups: string[];
}

/** Who and what the commands are about: few, so that the same relationships come and go again and again. */
export interface Scenery {
  readonly root: Person;
  readonly people: readonly Person[];
  readonly places: Place[];
}

const placesCount = 3;

async function person(requests: Requests, issuer: FakeIssuer, name: string): Promise<Person> {
  const token = await issuer.token({ claims: { sub: name, exp: Math.floor(Date.now() / 1_000) + 7_200 } });
  const me = await requests.send({ kind: 'who am I', caller: { name, token }, method: 'GET', path: '/v1/me' });
  if (!succeeded(me)) throw new Error(`who is ${name}: ${me.status}`);
  return { name, token, id: String(me.body?.['id']) };
}

/** Until it succeeds: the stack has only just begun. */
export async function made(requests: Requests, caller: Caller, path: string, body: object): Promise<Asked> {
  return eventually(
    async () => {
      const asked = await requests.send({ kind: 'lay out', caller, method: 'POST', path, body });
      if (!succeeded(asked)) throw new Error(`${path}: ${asked.status} ${JSON.stringify(asked.body)}`);
      return asked;
    },
    { within: 15_000, every: 50, what: path },
  );
}

async function place(requests: Requests, admin: Person, name: string): Promise<Place> {
  const { body } = await made(requests, admin, '/v1/tenants', { name, slug: name });
  const [id, root] = [String(body?.['id']), String(body?.['root_workspace_id'])];
  const idOf = (asked: Asked) => String(asked.body?.['id']);
  const children = `/v1/tenants/${id}/workspaces/${root}/children`;
  const workspaces = [
    idOf(await made(requests, admin, children, { name: 'Open' })),
    idOf(await made(requests, admin, children, { name: 'Closed', inherit: false })),
  ];
  const group = idOf(await made(requests, admin, `/v1/tenants/${id}/groups`, { name: 'Crew' }));
  for (const workspace of [root, workspaces[1]]) {
    const member = { subject: { type: 'group', id: group }, role: 'viewer' };
    await made(requests, admin, `/v1/tenants/${id}/workspaces/${workspace}/members`, member);
  }
  return { id, admin, root, workspaces, groups: [group] };
}

/** Into the tenant and the group that all of it is open to: at first everybody sees everything. */
async function settle(requests: Requests, admin: Person, tenant: string, user_id: string, group: string): Promise<void> {
  await made(requests, admin, `/v1/tenants/${tenant}/members`, { user_id, role: 'member' });
  await made(requests, admin, `/v1/tenants/${tenant}/groups/${group}/members`, { user_id, role: 'member' });
}

export async function layOut(requests: Requests, issuer: FakeIssuer, peopleCount: number): Promise<Scenery> {
  const numbers = (count: number) => Array.from({ length: count }, (_, nth) => nth);
  const root = await person(requests, issuer, platformAdmin);
  const people = await Promise.all(numbers(peopleCount).map((nth) => person(requests, issuer, `person-${nth}`)));
  const admins = await Promise.all(numbers(placesCount).map((nth) => person(requests, issuer, `admin-${nth}`)));
  const places: Place[] = [];
  for (const [nth, admin] of admins.entries()) places.push(await place(requests, admin, `place-${nth}`));
  for (const { id, admin, groups } of places) {
    for (const { id: user_id } of people) await settle(requests, admin, id, user_id, groups[0] as string);
  }
  return { root, people, places };
}
