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
  await made(requests, admin, `/v1/tenants/${id}/workspaces/${workspaces[1]}/members`, {
    subject: { type: 'group', id: group },
    role: 'viewer',
  });
  return { id, admin, root, workspaces, groups: [group] };
}

export async function layOut(requests: Requests, issuer: FakeIssuer, peopleCount: number): Promise<Scenery> {
  const numbers = (count: number) => Array.from({ length: count }, (_, nth) => nth);
  const root = await person(requests, issuer, platformAdmin);
  const people = await Promise.all(numbers(peopleCount).map((nth) => person(requests, issuer, `person-${nth}`)));
  const admins = await Promise.all(numbers(placesCount).map((nth) => person(requests, issuer, `admin-${nth}`)));
  const places: Place[] = [];
  for (const [nth, admin] of admins.entries()) places.push(await place(requests, admin, `place-${nth}`));
  for (const { id, admin } of places) {
    for (const { id: user_id } of people) await made(requests, admin, `/v1/tenants/${id}/members`, { user_id, role: 'member' });
  }
  return { root, people, places };
}
