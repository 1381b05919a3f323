import { VersionMismatch } from '#kernel';
import { actingUser, contextOf } from '#kernel/testing';
import { beforeEach, describe, expect, test } from 'vitest';
import { groupSubject, userSubject } from '../domain/member-subject.ts';
import * as errors from '../domain/errors.ts';
import { TreeStage } from '../testing/tree-stage.ts';
import { DeleteWorkspace, DeleteWorkspaceHandler } from './delete-workspace.ts';

let stage: TreeStage;
beforeEach(() => {
  stage = new TreeStage();
});
const remove = (input: Partial<DeleteWorkspace['input']> = {}, userId = stage.wes) => {
  const { iam, tenantId, bottom: workspaceId } = stage;
  return new DeleteWorkspaceHandler(iam.unitOfWork, iam.treeAccess, iam.workspaces, iam.tenantWorkspaces, iam.clock).execute(
    new DeleteWorkspace(contextOf(actingUser(userId)), { tenantId, workspaceId, expectedVersion: 1, ...input }),
  );
};

describe('W-3 deleting a workspace', () => {
  test('W-3 ends every role in it, of users and groups, each with its event; the workspace goes first', async () => {
    const { iam, tenantId, bottom } = stage;
    iam.holds(tenantId, bottom, userSubject(stage.mia), 'owner');
    iam.holds(tenantId, bottom, groupSubject(iam.aTeamOf(tenantId)), 'member');
    await remove();
    expect(stage.row(bottom)).toBeUndefined();
    expect(stage.is(stage.mia, bottom)).toBeUndefined();
    expect(stage.is(stage.wes, stage.top)).toBe('owner');
    expect(stage.told()).toEqual(['workspaces.workspace_deleted', 'workspaces.member_removed', 'workspaces.member_removed']);
  });

  test('W-3 with children is refused, archived ones included', async () => {
    await expect(remove({ workspaceId: stage.top })).rejects.toBeInstanceOf(errors.WorkspaceHasChildren);
    stage.below(stage.bottom, { state: 'archived' });
    await expect(remove()).rejects.toBeInstanceOf(errors.WorkspaceHasChildren);
    expect(stage.told()).toEqual([]);
  });

  test('W-3 is refused for the root', async () => {
    await expect(remove({ workspaceId: stage.root }, stage.ada)).rejects.toBeInstanceOf(errors.RootWorkspaceStays);
  });

  test('W-4 goes for what is archived', async () => {
    const workspaceId = stage.below(stage.top, { state: 'archived' });
    await remove({ workspaceId });
    expect(stage.row(workspaceId)).toBeUndefined();
  });

  test('is for owners, and for the version they saw', async () => {
    for (const userId of [stage.max, stage.vic, stage.olga]) {
      await expect(remove({}, userId)).rejects.toBeInstanceOf(errors.WorkspaceRoleTooLow);
    }
    await expect(remove({}, stage.mia)).rejects.toBeInstanceOf(errors.WorkspaceNotFound);
    await expect(remove({ expectedVersion: 2 })).rejects.toBeInstanceOf(VersionMismatch);
  });
});
