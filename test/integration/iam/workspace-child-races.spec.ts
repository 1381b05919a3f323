import { CreateChildWorkspace, DeleteWorkspace } from '#iam';
import { actingProduct, actingUser } from '#kernel/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TreeScene } from './support/tree-scene.ts';
import { TwoProcesses } from './support/two-processes.ts';

const rounds = 100;
let both: TwoProcesses;

beforeAll(async () => {
  both = await TwoProcesses.start();
});
afterAll(() => both.stop());

test(`W-3 delete against the creation of a child, ${rounds} rounds: no child without its parent, and what is refused tells nothing`, async () => {
  const tree = await TreeScene.open(both);
  const { ada, tenantId } = tree;
  for (let round = 0; round < rounds; round += 1) {
    const parent = await tree.child();
    const outcomes = await both.race(
      (iam) => iam.do(actingUser(ada), DeleteWorkspace, { tenantId, workspaceId: parent, expectedVersion: 1 }),
      tree.create(parent),
    );
    expect(['done WorkspaceNotFound', 'WorkspaceHasChildren done']).toContain(outcomes.join(' '));
    const removed = outcomes[0] === 'done' ? ['workspaces.workspace_deleted', 'workspaces.member_removed'] : [];
    expect(await tree.toldAbout(parent)).toEqual(['workspaces.workspace_created', 'workspaces.member_added', ...removed]);
  }
  expect(await tree.lost()).toEqual([]);
});

test(`W-1 the same sibling name twice, in another case, ${rounds} rounds: one of them`, async () => {
  const tree = await TreeScene.open(both);
  for (let round = 0; round < rounds; round += 1) {
    const outcomes = await both.race(tree.create(tree.root, `Same ${round}`), tree.create(tree.root, `SAME ${round}`));
    expect([...outcomes].sort()).toEqual(['WorkspaceNameTaken', 'done']);
  }
});

test('W-1 many children of one parent are made at once', async () => {
  const tree = await TreeScene.open(both);
  const all = [both.left, both.right].flatMap((iam) => Array.from({ length: 8 }, () => tree.create(tree.root)(iam)));
  expect(new Set(await Promise.all(all)).size).toBe(16);
});

test('the product itself makes a workspace that nobody owns', async () => {
  const tree = await TreeScene.open(both);
  const { tenantId, root } = tree;
  const made = await both.left.do(actingProduct, CreateChildWorkspace, { tenantId, parentId: root, name: 'Made' });
  expect(await tree.toldAbout(made.workspace_id)).toEqual(['workspaces.workspace_created']);
});
