import { AddTenantMember, ChangeTenantMember, RemoveTenantMember, RestoreTenant, SuspendTenant, SuspendUser } from '#iam';
import { actingUser } from '#kernel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ProjectionBench } from './support/projection-bench.ts';

let bench: ProjectionBench;

beforeAll(async () => {
  bench = await ProjectionBench.open();
  await bench.worker();
});
afterAll(() => bench?.close());

describe('the main job', () => {
  it('P-1 what a command commits is in the graph, and what it takes back is not', async () => {
    const [root, ada, ben] = [await bench.platformAdmin(), await bench.user(), await bench.user()];
    const { id } = await bench.tenant(ada);
    const { version } = await bench.iam.do(actingUser(ada), AddTenantMember, { tenantId: id, userId: ben, role: 'operator' });
    await bench.isExact();
    expect(await bench.allows(`tenant:${id}#operate@user:${ben}`)).toBe(true);

    const changed = { tenantId: id, userId: ben, role: 'member', expectedVersion: version } as const;
    const demoted = await bench.iam.do(actingUser(ada), ChangeTenantMember, changed);
    await bench.isExact();
    expect(await bench.allows(`tenant:${id}#operate@user:${ben}`)).toBe(false);
    expect(await bench.allows(`tenant:${id}#view@user:${ben}`)).toBe(true);

    await bench.iam.do(actingUser(root), SuspendTenant, { tenantId: id });
    await bench.isExact();
    expect(await bench.allows(`tenant:${id}#view@user:${ben}`)).toBe(false);
    expect(await bench.allows(`tenant:${id}#govern@user:${root}`)).toBe(true);

    await bench.iam.do(actingUser(root), RestoreTenant, { tenantId: id });
    await bench.isExact();
    await bench.iam.do(actingUser(ada), RemoveTenantMember, { tenantId: id, userId: ben, expectedVersion: demoted.version });
    await bench.iam.do(actingUser(root), SuspendUser, { userId: ada });
    await bench.isExact();
    expect(await bench.allows(`tenant:${id}#view@user:${ben}`)).toBe(false);
    expect(await bench.allows(`tenant:${id}#view@user:${ada}`)).toBe(false);
  });
});
