import { VersionMismatch } from '#kernel';
import { actingUser, contextOf } from '#kernel/testing';
import { beforeEach, describe, expect, test } from 'vitest';
import * as errors from '../domain/errors.ts';
import { userSubject } from '../domain/member-subject.ts';
import { TreeStage } from '../testing/tree-stage.ts';
import { ArchiveWorkspace, ArchiveWorkspaceHandler } from './archive-workspace.ts';

let stage: TreeStage;
beforeEach(() => {
  stage = new TreeStage();
});
const archive = (input: Partial<ArchiveWorkspace['input']> = {}, userId = stage.wes) => {
  const { iam, tenantId, bottom: workspaceId } = stage;
  return new ArchiveWorkspaceHandler(iam.unitOfWork, iam.treeAccess, iam.workspaces, iam.clock).execute(
    new ArchiveWorkspace(contextOf(actingUser(userId)), { tenantId, workspaceId, subtree: false, ...input }),
  );
};

describe('W-4 archiving a workspace', () => {
  test('W-4 alone', async () => {
    expect(await archive()).toEqual({ version: 2 });
    expect(stage.row(stage.bottom)?.state).toBe('archived');
    expect(stage.told()).toEqual(['workspaces.workspace_archived']);
  });

  test('W-4 with an active child is refused, unless everything below is meant', async () => {
    await expect(archive({ workspaceId: stage.top })).rejects.toBeInstanceOf(errors.WorkspaceHasActiveChildren);
    expect(stage.row(stage.top)).toMatchObject({ state: 'active', version: 1 });
    const [before, deep] = [stage.below(stage.top, { state: 'archived' }), stage.below(stage.bottom)];
    expect(await archive({ workspaceId: stage.top, subtree: true })).toEqual({ version: 2 });
    for (const id of [stage.top, stage.bottom, deep]) expect(stage.row(id)).toMatchObject({ state: 'archived', version: 2 });
    expect(stage.row(before)?.version).toBe(1);
    expect(stage.told()).toEqual(Array(3).fill('workspaces.workspace_archived'));
  });

  test('W-4 what takes no roles from above is archived with it only by who owns it too', async () => {
    const hidden = stage.below(stage.bottom, { inherits: false });
    const deep = stage.below(hidden);
    const all = { workspaceId: stage.top, subtree: true };
    await expect(archive(all)).rejects.toBeInstanceOf(errors.WorkspaceRoleTooLow);
    for (const id of [stage.top, stage.bottom, hidden, deep]) expect(stage.row(id)).toMatchObject({ state: 'active', version: 1 });
    expect(stage.told()).toEqual([]);
    stage.iam.holds(stage.tenantId, hidden, userSubject(stage.wes), 'owner');
    await archive(all);
    for (const id of [stage.top, stage.bottom, hidden, deep]) expect(stage.row(id)?.state).toBe('archived');
  });

  test('W-4 an admin of the tenant owns what takes no roles from above', async () => {
    stage.below(stage.bottom, { inherits: false });
    expect(await archive({ workspaceId: stage.top, subtree: true }, stage.ada)).toEqual({ version: 2 });
  });

  test('W-4 goes when all children are archived', async () => {
    await archive();
    expect(await archive({ workspaceId: stage.top })).toEqual({ version: 2 });
  });

  test('is for owners', async () => {
    for (const userId of [stage.max, stage.vic, stage.olga]) {
      await expect(archive({}, userId)).rejects.toBeInstanceOf(errors.WorkspaceRoleTooLow);
    }
    await expect(archive({}, stage.mia)).rejects.toBeInstanceOf(errors.WorkspaceNotFound);
    await archive({}, stage.ada);
  });

  test('is refused for the root, a second time, and for another version', async () => {
    await expect(archive({ workspaceId: stage.root, subtree: true }, stage.ada)).rejects.toBeInstanceOf(errors.RootWorkspaceStays);
    await expect(archive({ expectedVersion: 2 })).rejects.toBeInstanceOf(VersionMismatch);
    await archive();
    await expect(archive()).rejects.toBeInstanceOf(errors.WorkspaceArchived);
  });
});
