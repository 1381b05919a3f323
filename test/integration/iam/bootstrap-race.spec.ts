import { BootstrapDefaultTenant, BootstrapPlatformAdmins, ProvisionUser } from '#iam';
import { actingProduct } from '#kernel/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { RunningIam } from './support/running-iam.ts';
import { TwoProcesses } from './support/two-processes.ts';

const rounds = 50;
const issuer = 'https://issuer.test';
let both: TwoProcesses;

beforeAll(async () => {
  both = await TwoProcesses.start();
});
afterAll(() => both.stop());
beforeEach(emptied);

async function emptied(): Promise<void> {
  await both.owner.query('DELETE FROM workspaces');
  await both.owner.query('DELETE FROM tenants');
  for (const table of ['platform_admins', 'identities', 'users']) await both.owner.query(`DELETE FROM ${table}`);
  await both.owner.query('DELETE FROM outbox_events');
}

const recorded = async () =>
  (await both.owner.query<{ type: string }>('SELECT type FROM outbox_events ORDER BY position')).map(({ type }) => type);

test(`T-3 two processes bootstrapping at once, ${rounds} rounds: one default tenant, one root, each told once`, async () => {
  const bootstrap = (iam: RunningIam) => iam.do(actingProduct, BootstrapDefaultTenant, { name: 'Default', slug: 'default' });
  for (let round = 0; round < rounds; round += 1) {
    await emptied();
    expect(await both.race(bootstrap, bootstrap)).toEqual(['done', 'done']);
    const tenants = await both.owner.query('SELECT id, is_default FROM tenants');
    const roots = await both.owner.query('SELECT tenant_id, parent_id FROM workspaces');
    expect(tenants).toEqual([{ id: expect.any(String), is_default: true }]);
    expect(roots).toEqual([{ tenant_id: tenants[0]?.id, parent_id: null }]);
    expect(await recorded()).toEqual(['tenancy.tenant_created', 'workspaces.workspace_created']);
    expect(await bootstrap(both.left)).toEqual({ tenant_id: tenants[0]?.id });
  }
});

test(`I-6 two processes granting the configured platform admins at once, ${rounds} rounds: each once`, async () => {
  const identities = ['ada', 'bob'].map((subject) => ({ issuer, subject }));
  const bootstrap = (iam: RunningIam) => iam.do(actingProduct, BootstrapPlatformAdmins, { identities });
  for (let round = 0; round < rounds; round += 1) {
    await emptied();
    expect(await both.race(bootstrap, bootstrap)).toEqual(['done', 'done']);
    expect(await both.owner.query('SELECT user_id FROM platform_admins')).toHaveLength(2);
    expect((await recorded()).sort()).toEqual([
      'identities.platform_admin_granted',
      'identities.platform_admin_granted',
      'identities.user_provisioned',
      'identities.user_provisioned',
    ]);
  }
});

test(`I-2 two requests of a new user at once, ${rounds} rounds: one user, told once`, async () => {
  for (let round = 0; round < rounds; round += 1) {
    const subject = `user-${round}`;
    const seen: string[] = [];
    const provision = async (iam: RunningIam) => {
      seen.push((await iam.do(actingProduct, ProvisionUser, { issuer, subject, email: 'Ada@Example.org', emailVerified: true })).user_id);
    };
    expect(await both.race(provision, provision)).toEqual(['done', 'done']);
    const users = await both.owner.query('SELECT u.id, u.email FROM identities i JOIN users u ON u.id = i.user_id WHERE i.subject = $1', [
      subject,
    ]);
    expect(users).toEqual([{ id: seen[0], email: 'ada@example.org' }]);
    expect(seen[1]).toBe(seen[0]);
  }
  expect(await recorded()).toEqual(Array(rounds).fill('identities.user_provisioned'));
});
