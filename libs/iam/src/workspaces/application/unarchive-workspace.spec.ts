import { VersionMismatch } from '#kernel';
import { actingUser, contextOf } from '#kernel/testing';
import { beforeEach, describe, expect, test } from 'vitest';
import * as errors from '../domain/errors.ts';
import { TreeStage } from '../testing/tree-stage.ts';
import { UnarchiveWorkspace, UnarchiveWorkspaceHandler } from './unarchive-workspace.ts';

let stage: TreeStage;
beforeEach(() => {
  stage = new TreeStage();
});
const unarchive = (input: Partial<UnarchiveWorkspace['input']>, userId = stage.wes) => {
  const { iam, tenantId, bottom: workspaceId } = stage;
  return new UnarchiveWorkspaceHandler(iam.unitOfWork, iam.treeAccess, iam.workspaces, iam.clock).execute(
    new UnarchiveWorkspace(contextOf(actingUser(userId)), { tenantId, workspaceId, ...input }),
  );
};

describe('W-4 bringing an archived workspace back', () => {
  test('W-4 is a grant, and goes from the top down', async () => {
    const parent = stage.below(stage.top, { state: 'archived' });
    const child = stage.below(parent, { state: 'archived' });
    await expect(unarchive({ workspaceId: child })).rejects.toBeInstanceOf(errors.ParentWorkspaceArchived);
    expect(await unarchive({ workspaceId: parent })).toEqual({ version: 2 });
    expect(stage.row(child)?.state).toBe('archived');
    expect(await unarchive({ workspaceId: child })).toEqual({ version: 2 });
    expect(stage.iam.unitOfWork.events).toMatchObject(Array(2).fill({ type: 'workspaces.workspace_unarchived', revoking: false }));
  });

  test('of an active one is no change, for the root too', async () => {
    expect(await unarchive({})).toEqual({ version: 1 });
    expect(await unarchive({ workspaceId: stage.root }, stage.ada)).toEqual({ version: 1 });
    expect(stage.told()).toEqual([]);
  });

  test('is for owners, and for the version they mean', async () => {
    const workspaceId = stage.below(stage.top, { state: 'archived' });
    await expect(unarchive({ workspaceId }, stage.max)).rejects.toBeInstanceOf(errors.WorkspaceRoleTooLow);
    await expect(unarchive({ workspaceId }, stage.mia)).rejects.toBeInstanceOf(errors.WorkspaceNotFound);
    await expect(unarchive({ workspaceId, expectedVersion: 2 })).rejects.toBeInstanceOf(VersionMismatch);
  });
});
