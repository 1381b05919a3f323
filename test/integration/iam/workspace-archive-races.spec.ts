import { afterAll, beforeAll, expect, test } from 'vitest';
import { TreeScene } from './support/tree-scene.ts';
import { TwoProcesses } from './support/two-processes.ts';

const rounds = 100;
let both: TwoProcesses;

beforeAll(async () => {
  both = await TwoProcesses.start();
});
afterAll(() => both.stop());

test(`W-4 archive against the creation of a child, ${rounds} rounds: never an active child below it`, async () => {
  const tree = await TreeScene.open(both);
  for (let round = 0; round < rounds; round += 1) {
    const parent = await tree.child();
    const outcomes = await both.race(tree.archive(parent), tree.create(parent));
    expect(['done WorkspaceArchived', 'WorkspaceHasActiveChildren done']).toContain(outcomes.join(' '));
  }
  expect(await tree.activeBelowArchived()).toEqual([]);
});

test(`W-4 archive of a whole branch against the creation of a child deep in it, ${rounds} rounds: none stays active`, async () => {
  const tree = await TreeScene.open(both);
  for (let round = 0; round < rounds; round += 1) {
    const top = await tree.child();
    const bottom = await tree.child(await tree.child(top));
    const outcomes = await both.race(tree.archive(top, true), tree.create(bottom));
    expect(['done done', 'done WorkspaceArchived']).toContain(outcomes.join(' '));
  }
  expect(await tree.activeBelowArchived()).toEqual([]);
});

test(`W-4 archive against a move into it, ${rounds} rounds: never an active child below it`, async () => {
  const tree = await TreeScene.open(both);
  for (let round = 0; round < rounds; round += 1) {
    const [parent, moved] = [await tree.child(), await tree.child()];
    const outcomes = await both.race(tree.archive(parent), tree.move(moved, parent));
    expect(['done WorkspaceArchived', 'WorkspaceHasActiveChildren done']).toContain(outcomes.join(' '));
  }
  expect(await tree.activeBelowArchived()).toEqual([]);
});

test(`W-4 archive against the return of a child, ${rounds} rounds: never an active child below it`, async () => {
  const tree = await TreeScene.open(both);
  const parent = await tree.child();
  const below = await tree.child(parent);
  await tree.archive(below)(both.left);
  for (let round = 0; round < rounds; round += 1) {
    const outcomes = await both.race(tree.archive(parent), tree.unarchive(below));
    expect(['done ParentWorkspaceArchived', 'WorkspaceHasActiveChildren done']).toContain(outcomes.join(' '));
    expect(await tree.activeBelowArchived()).toEqual([]);
    await (outcomes[0] === 'done' ? tree.unarchive(parent) : tree.archive(below))(both.left);
  }
});
