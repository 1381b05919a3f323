import { afterAll, beforeAll, expect, test } from 'vitest';
import { TreeScene } from './support/tree-scene.ts';
import { TwoProcesses } from './support/two-processes.ts';

const rounds = 100;
let both: TwoProcesses;

beforeAll(async () => {
  both = await TwoProcesses.start();
});
afterAll(() => both.stop());

test(`W-2 two moves that would form a cycle, ${rounds} rounds: one wins, and never a cycle`, async () => {
  const tree = await TreeScene.open(both);
  const [one, other] = [await tree.child(), await tree.child()];
  for (let round = 0; round < rounds; round += 1) {
    const outcomes = await both.race(tree.move(one, other), tree.move(other, one));
    expect([...outcomes].sort()).toEqual(['WorkspaceMovedIntoItself', 'done']);
    expect(await tree.lost()).toEqual([]);
    await tree.move(outcomes[0] === 'done' ? one : other, tree.root)(both.left);
  }
});

test(`W-2 two branches moved deep below each other, ${rounds} rounds: never a cycle`, async () => {
  const tree = await TreeScene.open(both);
  const [one, other] = [await tree.child(), await tree.child()];
  const [belowOne, belowOther] = [await tree.child(one), await tree.child(other)];
  for (let round = 0; round < rounds; round += 1) {
    const outcomes = await both.race(tree.move(one, belowOther), tree.move(other, belowOne));
    expect([...outcomes].sort()).toEqual(['WorkspaceMovedIntoItself', 'done']);
    expect(await tree.lost()).toEqual([]);
    await tree.move(outcomes[0] === 'done' ? one : other, tree.root)(both.left);
  }
});

test(`W-2 a branch grows while it is moved towards the limit, ${rounds} rounds: never over it`, async () => {
  const tree = await TreeScene.open(both);
  let { root: deepest } = tree;
  for (let level = 2; level <= 14; level += 1) deepest = await tree.child(deepest);
  for (let round = 0; round < rounds; round += 1) {
    const moved = await tree.child();
    const leaf = await tree.child(moved);
    const outcomes = await both.race(tree.move(moved, deepest), tree.create(leaf));
    expect(['done WorkspaceTooDeep', 'WorkspaceTooDeep done']).toContain(outcomes.join(' '));
    if (outcomes[0] === 'done') await tree.move(moved, tree.root)(both.left);
  }
});
