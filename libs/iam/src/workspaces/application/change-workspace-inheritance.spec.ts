import { VersionMismatch } from '#kernel';
import { actingUser, contextOf } from '#kernel/testing';
import { beforeEach, describe, expect, test } from 'vitest';
import * as errors from '../domain/errors.ts';
import { TreeStage } from '../testing/tree-stage.ts';
import { ChangeWorkspaceInheritance, ChangeWorkspaceInheritanceHandler } from './change-workspace-inheritance.ts';

let stage: TreeStage;
beforeEach(() => {
  stage = new TreeStage();
});
const inherit = (inherits: boolean, input: Partial<ChangeWorkspaceInheritance['input']> = {}, userId = stage.wes) => {
  const { iam, tenantId, bottom: workspaceId } = stage;
  return new ChangeWorkspaceInheritanceHandler(iam.unitOfWork, iam.treeAccess, iam.workspaces, iam.clock).execute(
    new ChangeWorkspaceInheritance(contextOf(actingUser(userId)), { tenantId, workspaceId, inherits, expectedVersion: 1, ...input }),
  );
};

describe('W-5 inheritance', () => {
  test('W-5 switched off takes roles away, switched on only gives', async () => {
    expect(await inherit(false)).toEqual({ version: 2 });
    await expect(inherit(true, { expectedVersion: 2 })).rejects.toBeInstanceOf(errors.WorkspaceNotFound);
    expect(await inherit(true, { expectedVersion: 2 }, stage.ada)).toEqual({ version: 3 });
    expect(stage.iam.unitOfWork.events).toMatchObject([
      { type: 'workspaces.workspace_inheritance_changed', revoking: true, payload: { parentId: stage.top, inherits: false } },
      { type: 'workspaces.workspace_inheritance_changed', revoking: false, payload: { inherits: true } },
    ]);
  });

  test('as it is already is no change', async () => {
    expect(await inherit(true)).toEqual({ version: 1 });
    expect(stage.told()).toEqual([]);
  });

  test('is for owners', async () => {
    for (const userId of [stage.max, stage.vic, stage.olga]) {
      await expect(inherit(false, {}, userId)).rejects.toBeInstanceOf(errors.WorkspaceRoleTooLow);
    }
    await expect(inherit(false, {}, stage.mia)).rejects.toBeInstanceOf(errors.WorkspaceNotFound);
  });

  test('is refused for the root, for what is archived, and for another version', async () => {
    const archived = stage.below(stage.top, { state: 'archived' });
    await expect(inherit(false, { workspaceId: stage.root }, stage.ada)).rejects.toBeInstanceOf(errors.RootWorkspaceStays);
    await expect(inherit(false, { workspaceId: archived })).rejects.toBeInstanceOf(errors.WorkspaceArchived);
    await expect(inherit(false, { expectedVersion: 2 })).rejects.toBeInstanceOf(VersionMismatch);
  });
});
