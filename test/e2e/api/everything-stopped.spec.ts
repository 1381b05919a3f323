import { checkOf } from '#authorization';
import { connectSpiceDb } from '#authorization/nest';
import { RemoveTenantMember, SuspendUser } from '#iam';
import { actingProduct } from '#kernel/testing';
import type { TenantId, UserId } from '#kernel';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { RunningIam } from '../../integration/iam/support/running-iam.ts';
import { ApiStack } from './support/api-stack.ts';
import type { ApiClient } from './support/api-client.ts';

/** The one number for how long somebody shut out can still come in, in milliseconds from the commit. */
const bound = 5_000;

let stack: ApiStack;
let elsewhere: RunningIam;
let tenantId: TenantId;
let alice: ApiClient;
let members: Record<'bob' | 'carol', { client: ApiClient; id: UserId }>;

const idOf = async (client: ApiClient): Promise<UserId> => (await client.get('/v1/me')).body.id as UserId;

beforeAll(async () => {
  stack = await ApiStack.start();
  alice = await stack.as('alice');
  tenantId = (await alice.post('/v1/tenants', { name: 'Acme', slug: 'acme' })).body.id as TenantId;
  const join = async (name: string) => {
    const client = await stack.as(name);
    const id = await idOf(client);
    expect((await alice.post('/v1/tenants/acme/members', { user_id: id, role: 'member' })).status).toBe(201);
    return { client, id };
  };
  members = { bob: await join('bob'), carol: await join('carol') };
  // A process that commits without ringing anybody's bell: no queue, no notification. And nobody projects.
  elsewhere = await RunningIam.start(stack.database.url);
  stack.worker?.child.kill('SIGKILL');
  await stack.worker?.child.ended;
});

afterAll(async () => {
  await elsewhere?.stop();
  await stack?.stop();
});

/** How long the API went on answering 200 after `change` was committed. */
async function letInFor(
  { client }: { client: ApiClient },
  change: () => Promise<unknown>,
): Promise<{ milliseconds: number; status: number }> {
  expect((await client.get('/v1/tenants/acme')).status).toBe(200);
  await change();
  const committed = performance.now();
  const refused = async () => {
    const { status } = await client.get('/v1/tenants/acme');
    return status !== 200 && status;
  };
  const status = await eventually(refused, { within: bound * 2, every: 25, what: 'a refusal' });
  return { milliseconds: performance.now() - committed, status };
}

it('P-7 a removed member is refused within 5 s although projection, queue and signals are all stopped', async () => {
  const { id } = members.bob;
  const admin = { kind: 'user' as const, id: await idOf(alice) };
  const refusal = await letInFor(members.bob, () => elsewhere.do(admin, RemoveTenantMember, { tenantId, userId: id, expectedVersion: 1 }));
  expect(refusal.status).toBe(404);
  expect(refusal.milliseconds).toBeLessThan(bound);
});

it('I-5 a suspended user is refused within 5 s although projection, queue and signals are all stopped', async () => {
  const { id } = members.carol;
  const refusal = await letInFor(members.carol, () => elsewhere.do(actingProduct, SuspendUser, { userId: id }));
  expect(refusal.status).toBe(403);
  expect(refusal.milliseconds).toBeLessThan(bound);
});

it('P-7 the graph still says yes meanwhile: it was the front door that refused', async () => {
  const { endpoint, token } = stack.graph;
  const graph = connectSpiceDb({ endpoint, token, insecure: true });
  const subject = { type: 'user', id: members.bob.id };
  const answer = await graph.provider.check(checkOf('tenant', tenantId, 'access', subject), { kind: 'fully_consistent' });
  graph.close();
  expect(answer.allowed).toBe(true);
});
