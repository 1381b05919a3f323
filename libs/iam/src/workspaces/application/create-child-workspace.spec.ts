import { actingProduct, actingUser, anId, contextOf } from '#kernel/testing';
import { beforeEach, describe, expect, test } from 'vitest';
import { TenantNotFound, TenantSuspended } from '../../tenancy/index.ts';
import * as errors from '../domain/errors.ts';
import { userSubject } from '../domain/member-subject.ts';
import { TreeStage } from '../testing/tree-stage.ts';
import { CreateChildWorkspace, CreateChildWorkspaceHandler } from './create-child-workspace.ts';

let stage: TreeStage;
beforeEach(() => {
  stage = new TreeStage();
});
const create = (input: Partial<CreateChildWorkspace['input']> = {}, actor = actingUser(stage.wes)) => {
  const { iam, tenantId, top: parentId } = stage;
  return new CreateChildWorkspaceHandler(iam.unitOfWork, iam.treeAccess, iam.tree, iam.ids, iam.clock).execute(
    new CreateChildWorkspace(contextOf(actor), { tenantId, parentId, name: 'Lab', ...input }),
  );
};

describe('W-1 W-6 creating a workspace below another', () => {
  test('W-1 makes it inherit, with a slug of its own and its creator as owner', async () => {
    const { workspace_id: id, version } = await create({ name: ' Lab ' }, actingUser(stage.max));
    expect(version).toBe(1);
    expect(stage.row(id)).toMatchObject({ parentId: stage.top, name: 'Lab', inherits: true, state: 'active' });
    expect(stage.row(id)?.slug).toMatch(/^lab-[0-9a-z]{10}$/);
    expect(stage.is(stage.max, id)).toBe('owner');
    expect(stage.told()).toEqual(['workspaces.workspace_created', 'workspaces.member_added']);
  });

  test('M-7 its creator owns it for no longer than they may create', async () => {
    const end = new Date(stage.iam.clock.now().getTime() + 3_600_000);
    stage.iam.holds(stage.tenantId, stage.top, userSubject(stage.mia), 'admin', end);
    const { workspace_id: workspaceId } = await create({ inherits: false }, actingUser(stage.mia));
    expect(stage.iam.workspaceRows.members.find({ workspaceId }, userSubject(stage.mia))).toMatchObject({ role: 'owner', expiresAt: end });
  });

  test('W-5 may cut it off from the roles above from the start', async () => {
    const { workspace_id: id } = await create({ inherits: false, slug: 'lab' });
    expect(stage.row(id)).toMatchObject({ inherits: false, slug: 'lab' });
  });

  test('W-6 is for admins of the parent, for operators of the tenant, and for the product itself', async () => {
    for (const [at, userId] of [stage.ada, stage.olga, stage.wes, stage.max].entries())
      await create({ name: `By ${at}` }, actingUser(userId));
    expect(stage.told()).toHaveLength(8);
    await create({ name: 'Made' }, actingProduct);
    expect(stage.told()).toEqual(['workspaces.workspace_created']);
  });

  test('W-6 is refused to viewers; to whoever may not see the parent there is none', async () => {
    await expect(create({}, actingUser(stage.vic))).rejects.toBeInstanceOf(errors.WorkspaceRoleTooLow);
    await expect(create({}, actingUser(stage.mia))).rejects.toBeInstanceOf(errors.WorkspaceNotFound);
    await expect(create({}, actingUser(stage.eve))).rejects.toBeInstanceOf(TenantNotFound);
    await expect(create({ parentId: anId() })).rejects.toBeInstanceOf(errors.WorkspaceNotFound);
    await expect(create({ tenantId: stage.iam.aTenantWith({ admin: [stage.wes] }) })).rejects.toBeInstanceOf(errors.WorkspaceNotFound);
  });

  test('W-1 is refused a name that a sibling has, whatever the case, and a slug that any workspace has', async () => {
    await create({ name: 'Lab', slug: 'lab' });
    await expect(create({ name: 'LAB' })).rejects.toBeInstanceOf(errors.WorkspaceNameTaken);
    await expect(create({ name: 'Lab', slug: 'lab', parentId: stage.bottom })).rejects.toBeInstanceOf(errors.WorkspaceSlugTaken);
    await create({ name: 'Lab', parentId: stage.bottom });
  });

  test('W-1 is refused below the deepest level', async () => {
    const { workspace_id: parentId } = await create({ parentId: stage.bottom });
    await expect(create({ parentId })).rejects.toBeInstanceOf(errors.WorkspaceTooDeep);
  });

  test('W-4 is refused below what is archived', async () => {
    const parentId = stage.below(stage.top, { state: 'archived' });
    await expect(create({ parentId })).rejects.toBeInstanceOf(errors.WorkspaceArchived);
    await expect(create({ parentId }, actingUser(stage.mia))).rejects.toBeInstanceOf(errors.WorkspaceNotFound);
  });

  test('T-4 is refused in a suspended tenant', async () => {
    const tenantId = stage.iam.aTenantWith({ admin: [stage.wes] }, 'suspended');
    await expect(create({ tenantId })).rejects.toBeInstanceOf(TenantSuspended);
  });

  test.each([
    [{ name: ' ' }, errors.WorkspaceNameInvalid],
    [{ slug: 'No' }, errors.WorkspaceSlugInvalid],
  ])('W-1 refuses %j', async (input, error) => {
    await expect(create(input)).rejects.toBeInstanceOf(error);
    expect(stage.told()).toEqual([]);
  });
});
