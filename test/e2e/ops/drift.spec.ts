import { connectSpiceDb, type SpiceDbConnection } from '#authorization/nest';
import { edge } from '#authorization/testing';
import { anId } from '#kernel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from '../../support/child-process.ts';
import { eventually } from '../../support/eventually.ts';
import { OwnerConnection } from '../../integration/iam/support/owner-connection.ts';
import { ApiStack, platformAdmin } from '../api/support/api-stack.ts';

let stack: ApiStack;
let spicedb: SpiceDbConnection;
let tenantId: string;

beforeAll(async () => {
  stack = await ApiStack.start({ env: { VERIFY_TENANTS_PER_MINUTE: '600' } });
  spicedb = connectSpiceDb({ ...stack.graph, insecure: true });
  const { body } = await (await stack.as('alice')).post('/v1/tenants', { name: 'Acme', slug: 'acme' });
  tenantId = body.id as string;
});
afterAll(async () => {
  spicedb?.close();
  await stack?.stop();
});

const ops = (...args: readonly string[]) => runProgram({ program: 'apps/ops/src/main.js', args, env: stack.env });
const intrude = (user: string) =>
  spicedb.provider.write([{ operation: 'touch', relationship: edge(`tenant:${tenantId}#member@user:${user}`) }]);
const metrics = async () => (await fetch(`${stack.worker?.url}/metrics`)).text();

describe('P-9 drift, from the command line', () => {
  it('P-9 verify exits 1 while there is drift and says which; repair asks for --yes, puts it right, and verify exits 0', async () => {
    expect(await ops('verify', '--wait')).toMatchObject({ code: 0, output: expect.stringContaining('No drift.') });
    const ghost = anId();
    await intrude(ghost);
    const found = await ops('verify', '--wait', '--tenant', 'acme');
    expect(found).toMatchObject({ code: 1, output: expect.stringContaining(`extra         tenant:${tenantId}#member@user:${ghost}`) });
    expect(await ops('repair', '--wait')).toMatchObject({ code: 2 });
    expect(await ops('repair', '--wait', '--yes', '--prune-cap', '0')).toMatchObject({
      code: 3,
      output: expect.stringContaining('prune_cap_exceeded'),
    });
    expect(await ops('repair', '--wait', '--dry-run')).toMatchObject({
      code: 1,
      output: expect.stringContaining('A repair would put these right.'),
    });
    expect(await ops('repair', '--wait', '--yes')).toMatchObject({ code: 0, output: expect.stringContaining('All is put right.') });
    expect(await ops('verify', '--wait')).toMatchObject({ code: 0 });
    expect(await ops('verify', '--tenant', 'nobody')).toMatchObject({
      code: 2,
      output: expect.stringContaining('There is no tenant nobody.'),
    });
  });

  it('P-9 the worker comes upon drift by itself, and shows it in its metrics until it is gone', async () => {
    await intrude(anId());
    const shows = (line: string) => eventually(async () => (await metrics()).includes(line), { within: 20_000, every: 200, what: line });
    await shows('tenantry_drift_relationships{kind="extra"} 1');
    expect(await metrics()).toMatch(/tenantry_verified_tenants_total [1-9]/);
    expect(await metrics()).toMatch(/tenantry_verification_age_seconds \d/);
    expect(await ops('repair', '--wait', '--yes')).toMatchObject({ code: 0 });
    await shows('tenantry_drift_relationships{kind="extra"} 0');
  });

  it('P-9 over HTTP a platform admin asks for the same, and nobody else', async () => {
    const root = await stack.as(platformAdmin);
    const paths = ['verifications', 'repairs'].map((name) => `/v1/platform/projection/${name}`);
    const [verifications = '', repairs = ''] = paths;
    const owner = await OwnerConnection.open(stack.database.url);
    const isDone = async (id: string) =>
      (await owner.query("SELECT FROM operations WHERE id = $1 AND state = 'succeeded'", [id])).length > 0;
    const asked = await root.post(verifications, {});
    expect(asked.status).toBe(202);
    await eventually(() => isDone(asked.body.id as string), { within: 20_000, every: 500, what: 'the verification' });
    await owner.close();
    expect((await root.post(repairs, { dry_run: true, tenant_id: tenantId, prune_cap: 5 })).status).toBe(202);
    expect((await root.post(verifications, { tenant_id: anId() })).status).toBe(404);
    expect((await root.post(repairs, {})).status).toBe(422);
    for (const path of paths) expect((await (await stack.as('alice')).post(path, { dry_run: true })).status).toBe(403);
  });
});
