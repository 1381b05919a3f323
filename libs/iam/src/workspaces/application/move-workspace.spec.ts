import { VersionMismatch } from '#kernel';
import { actingUser, anId, contextOf } from '#kernel/testing';
import { beforeEach, describe, expect, test } from 'vitest';
import { userSubject } from '../domain/member-subject.ts';
import * as errors from '../domain/errors.ts';
import { TreeStage } from '../testing/tree-stage.ts';
import { MoveWorkspace, MoveWorkspaceHandler } from './move-workspace.ts';

let stage: TreeStage;
beforeEach(() => {
  stage = new TreeStage();
});
const move = (input: Partial<MoveWorkspace['input']>, userId = stage.ada) => {
  const { iam, tenantId, bottom: workspaceId, root: parentId } = stage;
  return new MoveWorkspaceHandler(iam.unitOfWork, iam.treeAccess, iam.tree, iam.clock).execute(
    new MoveWorkspace(contextOf(actingUser(userId)), { tenantId, workspaceId, parentId, ...input }),
  );
};

describe('W-2 moving a workspace', () => {
  test('is one event, however much is below it', async () => {
    const below = stage.below(stage.bottom);
    expect(await move({})).toEqual({ version: 2 });
    expect(stage.row(stage.bottom)?.parentId).toBe(stage.root);
    expect(stage.row(below)).toMatchObject({ parentId: stage.bottom, version: 1 });
    expect(stage.iam.unitOfWork.events).toMatchObject([
      { type: 'workspaces.workspace_moved', revoking: true, payload: { previousParentId: stage.top, parentId: stage.root } },
    ]);
  });

  test('to where it is already is no change', async () => {
    expect(await move({ parentId: stage.top })).toEqual({ version: 1 });
    expect(stage.told()).toEqual([]);
  });

  test('takes an owner, who may create children in the new parent', async () => {
    const [own, other] = [stage.below(stage.top), stage.below(stage.root)];
    await move({ parentId: own }, stage.wes);
    await expect(move({ parentId: stage.top }, stage.max)).rejects.toBeInstanceOf(errors.WorkspaceRoleTooLow);
    await expect(move({ parentId: other }, stage.wes)).rejects.toBeInstanceOf(errors.WorkspaceNotFound);
    stage.iam.holds(stage.tenantId, other, userSubject(stage.wes), 'viewer');
    await expect(move({ parentId: other }, stage.wes)).rejects.toBeInstanceOf(errors.WorkspaceRoleTooLow);
    await expect(move({}, stage.mia)).rejects.toBeInstanceOf(errors.WorkspaceNotFound);
  });

  test('W-2 is refused into itself and below itself', async () => {
    for (const parentId of [stage.top, stage.bottom]) {
      await expect(move({ workspaceId: stage.top, parentId })).rejects.toBeInstanceOf(errors.WorkspaceMovedIntoItself);
    }
  });

  test('W-3 is refused for the root', async () => {
    await expect(move({ workspaceId: stage.root, parentId: stage.top })).rejects.toBeInstanceOf(errors.RootWorkspaceStays);
  });

  test('W-2 is refused when what is below would come too deep', async () => {
    const workspaceId = stage.below(stage.root);
    stage.below(stage.below(workspaceId));
    await expect(move({ workspaceId, parentId: stage.top })).rejects.toBeInstanceOf(errors.WorkspaceTooDeep);
    expect(stage.row(workspaceId)?.parentId).toBe(stage.root);
  });

  test('W-1 is refused where a child has its name, and points to the parent', async () => {
    stage.below(stage.root, { name: 'BOTTOM' });
    await expect(move({})).rejects.toMatchObject({ code: 'workspace_name_taken', errors: [{ pointer: '/parent_id' }] });
  });

  test('W-4 is refused from and to what is archived', async () => {
    const archived = stage.below(stage.root, { state: 'archived' });
    await expect(move({ workspaceId: archived, parentId: stage.top })).rejects.toBeInstanceOf(errors.WorkspaceArchived);
    await expect(move({ parentId: archived })).rejects.toBeInstanceOf(errors.WorkspaceArchived);
  });

  test('is refused to another tenant, to nowhere, and for another version', async () => {
    const elsewhere = stage.iam.aWorkspaceIn(stage.iam.aTenantWith({ admin: [stage.ada] }));
    for (const parentId of [elsewhere, anId<typeof elsewhere>()]) {
      await expect(move({ parentId })).rejects.toBeInstanceOf(errors.WorkspaceNotFound);
    }
    await expect(move({ workspaceId: elsewhere })).rejects.toBeInstanceOf(errors.WorkspaceNotFound);
    await expect(move({ expectedVersion: 2 })).rejects.toBeInstanceOf(VersionMismatch);
  });
});
