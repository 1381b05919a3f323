import type { Dice } from './dice.ts';
import type { Ask, Asked, Caller } from './requests.ts';
import type { Person, Place, Scenery } from './scenery.ts';

/** How often each kind comes up. What takes somebody's access comes up about as often as what gives it. */
const weights = {
  'add member': 14,
  'change member': 4,
  'remove member': 6,
  'create workspace': 2,
  'move workspace': 2,
  'change inheritance': 3,
  'archive workspace': 1,
  'unarchive workspace': 4,
  'delete workspace': 1,
  'add to workspace': 8,
  'change in workspace': 3,
  'remove from workspace': 7,
  'create group': 1,
  'delete group': 0.5,
  'add to group': 8,
  'remove from group': 7,
  'suspend user': 0.3,
  'reactivate user': 5,
  'suspend tenant': 0.3,
  'restore tenant': 6,
  'make platform admin': 0.7,
  'unmake platform admin': 0.7,
};

type Kind = keyof typeof weights;

/** Successes that leave rows and events in every case; of the others some find that nothing is to be done. */
const alwaysCommits: ReadonlySet<string> = new Set<Kind>([
  'add member',
  'remove member',
  'create workspace',
  'delete workspace',
  'add to workspace',
  'remove from workspace',
  'create group',
  'delete group',
  'add to group',
  'remove from group',
]);

export const mustHaveEvents = ({ kind, status }: Asked): boolean =>
  alwaysCommits.has(kind) && status !== null && status >= 200 && status < 300;

interface Scene {
  readonly dice: Dice;
  readonly place: Place;
  readonly person: Person;
  readonly workspace: string;
  readonly group: string;
}

type Said = Pick<Ask, 'method' | 'path' | 'body'> & { readonly byRoot?: boolean };

const most = { workspaces: 7, groups: 3 };

/** Now and then an end, soon enough to come while the run goes on. */
const maybeEnding = (dice: Dice): { expires_at?: string } =>
  dice.chance(0.2) ? { expires_at: new Date(Date.now() + dice.between(1_500, 6_000)).toISOString() } : {};

const tenantPath = ({ place }: Scene): string => `/v1/tenants/${place.id}`;
const workspacePath = (scene: Scene): string => `${tenantPath(scene)}/workspaces/${scene.workspace}`;
const groupPath = (scene: Scene): string => `${tenantPath(scene)}/groups/${scene.group}`;
const subjectOf = ({ dice, person, group }: Scene) => (dice.chance(0.25) ? { type: 'group', id: group } : { type: 'user', id: person.id });
const roles = { tenant: ['member', 'operator', 'admin'], workspace: ['viewer', 'member', 'admin'], group: ['member', 'admin'] };

const said: Readonly<Record<Kind, (scene: Scene) => Said>> = {
  'add member': (scene) => {
    const role = scene.dice.pick(['member', 'member', ...roles.tenant]);
    return { method: 'POST', path: `${tenantPath(scene)}/members`, body: { user_id: scene.person.id, role, ...maybeEnding(scene.dice) } };
  },
  'change member': (scene) => ({
    method: 'PATCH',
    path: `${tenantPath(scene)}/members/${scene.person.id}`,
    body: scene.dice.chance(0.3) ? maybeEnding(scene.dice) : { role: scene.dice.pick(roles.tenant) },
  }),
  'remove member': (scene) => ({ method: 'DELETE', path: `${tenantPath(scene)}/members/${scene.person.id}` }),
  'create workspace': (scene) => ({
    method: 'POST',
    path: `${workspacePath(scene)}/children`,
    body: { name: `W${scene.dice.between(0, 9_999_999)}`, inherit: scene.dice.chance(0.5) },
  }),
  'move workspace': (scene) => ({
    method: 'POST',
    path: `${workspacePath(scene)}/move`,
    body: { parent_id: scene.dice.pick([scene.place.root, ...scene.place.workspaces]) },
  }),
  'change inheritance': (scene) => ({
    method: 'PUT',
    path: `${workspacePath(scene)}/inheritance`,
    body: { inherit: scene.dice.chance(0.5) },
  }),
  'archive workspace': (scene) => ({ method: 'POST', path: `${workspacePath(scene)}/archive`, body: { subtree: true } }),
  'unarchive workspace': (scene) => ({ method: 'POST', path: `${workspacePath(scene)}/unarchive` }),
  'delete workspace': (scene) => ({ method: 'DELETE', path: workspacePath(scene) }),
  'add to workspace': (scene) => {
    const subject = subjectOf(scene);
    const end = subject.type === 'user' ? maybeEnding(scene.dice) : {};
    return { method: 'POST', path: `${workspacePath(scene)}/members`, body: { subject, role: scene.dice.pick(roles.workspace), ...end } };
  },
  'change in workspace': (scene) => ({
    method: 'PATCH',
    path: `${workspacePath(scene)}/members/users/${scene.person.id}`,
    body: { role: scene.dice.pick(roles.workspace) },
  }),
  'remove from workspace': (scene) => {
    const subject = subjectOf(scene);
    return { method: 'DELETE', path: `${workspacePath(scene)}/members/${subject.type}s/${subject.id}` };
  },
  'create group': (scene) => ({
    method: 'POST',
    path: `${tenantPath(scene)}/groups`,
    body: { name: `G${scene.dice.between(0, 9_999_999)}` },
  }),
  'delete group': (scene) => ({ method: 'DELETE', path: groupPath(scene) }),
  'add to group': (scene) => ({
    method: 'POST',
    path: `${groupPath(scene)}/members`,
    body: { user_id: scene.person.id, role: scene.dice.pick(roles.group), ...maybeEnding(scene.dice) },
  }),
  'remove from group': (scene) => ({ method: 'DELETE', path: `${groupPath(scene)}/members/${scene.person.id}` }),
  'suspend user': ({ person }) => ({ method: 'POST', path: `/v1/users/${person.id}/suspend`, byRoot: true }),
  'reactivate user': ({ person }) => ({ method: 'POST', path: `/v1/users/${person.id}/reactivate`, byRoot: true }),
  'suspend tenant': (scene) => ({ method: 'POST', path: `${tenantPath(scene)}/suspend`, byRoot: true }),
  'restore tenant': (scene) => ({ method: 'POST', path: `${tenantPath(scene)}/restore`, byRoot: true }),
  'make platform admin': ({ person }) => ({ method: 'POST', path: '/v1/platform/admins', body: { user_id: person.id }, byRoot: true }),
  'unmake platform admin': ({ person }) => ({ method: 'DELETE', path: `/v1/platform/admins/${person.id}`, byRoot: true }),
};

/** The next command, and the place it is about. */
export function anyCommand(dice: Dice, { places, people, root }: Scenery): { ask: Ask; place: Place } {
  const place = dice.pick(places);
  const scene: Scene = {
    dice,
    place,
    person: dice.pick(people),
    workspace: dice.pick([place.root, ...place.workspaces]),
    group: dice.pick(place.groups),
  };
  let kind = dice.weighted(weights);
  if (kind === 'create workspace' && place.workspaces.length >= most.workspaces) kind = 'delete workspace';
  if (kind === 'create group' && place.groups.length >= most.groups) kind = 'delete group';
  const { byRoot = false, ...command } = said[kind](scene);
  const caller: Caller = byRoot ? root : place.admin;
  return { ask: { kind, caller, ...command, async: dice.chance(0.5) }, place };
}

/** The first of each stay: the commands about them need something to be about. */
export function learn(place: Place, { kind, body, path }: Asked): void {
  const named = path.split('/').at(-1) as string;
  const forget = (list: string[]) => void (list.length > 1 && list.includes(named) && list.splice(list.indexOf(named), 1));
  if (kind === 'create workspace') place.workspaces.push(String(body?.['id']));
  else if (kind === 'create group') place.groups.push(String(body?.['id']));
  else if (kind === 'delete workspace') forget(place.workspaces);
  else if (kind === 'delete group') forget(place.groups);
}
