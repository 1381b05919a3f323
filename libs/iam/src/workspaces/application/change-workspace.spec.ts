import { VersionMismatch } from '#kernel';
import { actingUser, contextOf } from '#kernel/testing';
import { beforeEach, describe, expect, test } from 'vitest';
import * as errors from '../domain/errors.ts';
import { TreeStage } from '../testing/tree-stage.ts';
import { ChangeWorkspace, ChangeWorkspaceHandler } from './change-workspace.ts';

let stage: TreeStage;
beforeEach(() => {
  stage = new TreeStage();
});
const change = (input: Partial<ChangeWorkspace['input']>, userId = stage.max) => {
  const { iam, tenantId, top: workspaceId } = stage;
  return new ChangeWorkspaceHandler(iam.unitOfWork, iam.treeAccess, iam.workspaces, iam.clock).execute(
    new ChangeWorkspace(contextOf(actingUser(userId)), { tenantId, workspaceId, expectedVersion: 1, ...input }),
  );
};

describe('W-1 changing a workspace', () => {
  test('keeps what is not named', async () => {
    const slug = stage.row(stage.top)?.slug;
    expect(await change({ name: ' Summit ' })).toEqual({ version: 2 });
    expect(stage.row(stage.top)).toMatchObject({ name: 'Summit', slug });
    expect(await change({ slug: 'summit', expectedVersion: 2 })).toEqual({ version: 3 });
    expect(stage.row(stage.top)).toMatchObject({ name: 'Summit', slug: 'summit' });
    expect(stage.told()).toEqual(Array(2).fill('workspaces.workspace_changed'));
  });

  test('to what it is already is no change; another case of its own name is one', async () => {
    expect(await change({ name: 'Top' })).toEqual({ version: 1 });
    expect(await change({ name: 'TOP' })).toEqual({ version: 2 });
  });

  test('goes for the root too', async () => {
    await change({ workspaceId: stage.root, name: 'Acme' }, stage.ada);
    expect(stage.row(stage.root)?.name).toBe('Acme');
  });

  test('is for admins of the workspace and of the tenant', async () => {
    await expect(change({ name: 'Mine' }, stage.vic)).rejects.toBeInstanceOf(errors.WorkspaceRoleTooLow);
    await expect(change({ name: 'Mine' }, stage.olga)).rejects.toBeInstanceOf(errors.WorkspaceRoleTooLow);
    await expect(change({ name: 'Mine' }, stage.mia)).rejects.toBeInstanceOf(errors.WorkspaceNotFound);
    await change({ workspaceId: stage.bottom, name: 'Deep' });
  });

  test.each([
    [{ name: '' }, errors.WorkspaceNameInvalid],
    [{ slug: 'X' }, errors.WorkspaceSlugInvalid],
    [{ name: 'SIBLING' }, errors.WorkspaceNameTaken],
    [{ slug: 'sibling' }, errors.WorkspaceSlugTaken],
    [{ name: 'New', expectedVersion: 2 }, VersionMismatch],
  ])('refuses %j', async (input, error) => {
    stage.below(stage.root, { name: 'Sibling', slug: 'sibling' });
    await expect(change(input)).rejects.toBeInstanceOf(error);
    expect(stage.row(stage.top)?.version).toBe(1);
  });

  test('W-4 is refused while it is archived', async () => {
    const workspaceId = stage.below(stage.top, { state: 'archived' });
    await expect(change({ workspaceId, name: 'New' })).rejects.toBeInstanceOf(errors.WorkspaceArchived);
  });
});
