import { platformScope, type TenantId, type Transaction, type UnitOfWork, type WorkspaceId } from '#kernel';
import { actingProduct, anId, contextOf } from '#kernel/testing';
import { expect, test } from 'vitest';
import { WorkspaceHasChildren, WorkspaceNameTaken, WorkspaceSlugTaken } from '../domain/errors.ts';
import { workspaceName } from '../domain/workspace-name.ts';
import type { WorkspaceRepository } from '../domain/workspace-repository.ts';
import { slugDerivedFrom, workspaceSlug } from '../domain/workspace-slug.ts';
import { Workspace } from '../domain/workspace.ts';

const at = new Date('2026-03-04T05:06:07.890Z');
const later = new Date('2026-03-05T00:00:00.000Z');

interface TreeHarness {
  readonly unitOfWork: UnitOfWork;
  readonly workspaces: WorkspaceRepository;
  tenant(): Promise<{ tenantId: TenantId }>;
}

/** What every implementation of the repository promises about the tree. */
export function workspaceTreeContract(harness: () => TreeHarness): void {
  const inTransaction = <T>(work: (tx: Transaction) => Promise<T>) =>
    harness().unitOfWork.run(contextOf(actingProduct), platformScope, work);
  const create = async (workspace: Workspace) => {
    await inTransaction((tx) => harness().workspaces.create(tx, workspace, null));
    return workspace;
  };
  const aRoot = async () => {
    const { tenantId } = await harness().tenant();
    return create(Workspace.openRoot({ id: anId<WorkspaceId>(), tenantId, name: 'Acme' }, at));
  };
  const below = (parent: Workspace, called = `w${anId()}`, slug?: string) => {
    const [id, name] = [anId<WorkspaceId>(), workspaceName(called)];
    const chosen = slug === undefined ? slugDerivedFrom(name, id) : workspaceSlug(slug);
    return Workspace.openBelow(parent, { id, name, slug: chosen, inherits: false }, at);
  };
  const child = (parent: Workspace, called?: string, slug?: string) => create(below(parent, called, slug));
  const tenantOf = (workspace: Workspace): TenantId => workspace.snapshot.tenantId;
  /** Locked, changed by `change`, and stored. */
  const change = (workspace: Workspace, how: (locked: Workspace) => void) =>
    inTransaction(async (tx) => {
      await harness().workspaces.lockTree(tx, tenantOf(workspace));
      const locked = (await harness().workspaces.lock(tx, tenantOf(workspace), workspace.id)) ?? workspace;
      how(locked);
      await harness().workspaces.update(tx, locked);
      return locked;
    });

  test('W-1 a workspace comes back as it was made, found, held or locked, in its own tenant only', async () => {
    const root = await aRoot();
    const made = await child(root);
    const { workspaces } = harness();
    await inTransaction(async (tx) => {
      await workspaces.holdTree(tx, tenantOf(root));
      const read = [
        await workspaces.find(tx, tenantOf(root), made.id),
        await workspaces.hold(tx, tenantOf(root), made.id),
        await workspaces.lock(tx, tenantOf(root), made.id),
      ];
      expect(read.map((each) => each?.snapshot)).toEqual(Array(3).fill(made.snapshot));
      expect(await workspaces.find(tx, anId(), made.id)).toBeNull();
      expect(await workspaces.lock(tx, tenantOf(root), anId())).toBeNull();
    });
  });

  test('W-1 a name is taken among siblings whatever its case, and free elsewhere', async () => {
    const root = await aRoot();
    const first = await child(root, 'Straße und Ähre');
    await expect(create(below(root, 'straße UND ähre'))).rejects.toBeInstanceOf(WorkspaceNameTaken);
    const other = await child(first, 'Straße und Ähre');
    await expect(change(other, (locked) => locked.moveBelow(root, [root.id], later))).rejects.toBeInstanceOf(WorkspaceNameTaken);
    const renamed = change(await child(root), (locked) => locked.change({ name: workspaceName('STRASSE') }, later));
    expect((await renamed).snapshot.name).toBe('STRASSE');
  });

  test('W-1 a slug is taken in the tenant, and free in others', async () => {
    const [root, elsewhere] = [await aRoot(), await aRoot()];
    await child(await child(root), undefined, 'chosen');
    await expect(create(below(root, undefined, 'chosen'))).rejects.toBeInstanceOf(WorkspaceSlugTaken);
    expect((await child(elsewhere, undefined, 'chosen')).snapshot.slug).toBe('chosen');
  });

  test('W-2 lineage goes up to the root, height down to the lowest leaf', async () => {
    const root = await aRoot();
    const [one, other] = [await child(root), await child(root)];
    const deep = await child(await child(one));
    const { workspaces } = harness();
    await inTransaction(async (tx) => {
      const lineage = await workspaces.lineage(tx, tenantOf(root), deep.id);
      expect(lineage).toEqual([deep.id, deep.parentId, one.id, root.id]);
      const heights = [root, one, other, deep].map(({ id }) => workspaces.height(tx, tenantOf(root), id));
      expect(await Promise.all(heights)).toEqual([4, 3, 1, 1]);
      expect(await workspaces.lineage(tx, tenantOf(root), anId())).toEqual([]);
      expect(await workspaces.height(tx, anId(), root.id)).toBe(0);
    });
  });

  test('W-4 a branch is the workspace and what is active below it', async () => {
    const root = await aRoot();
    const top = await child(root);
    const [active, archived] = [await child(top), await child(top)];
    const deep = await child(active);
    await change(archived, (locked) => locked.archive(later));
    await child(root);
    const branchOf = (id: WorkspaceId) =>
      inTransaction(async (tx) => (await harness().workspaces.lockBranch(tx, tenantOf(root), id)).map((each) => each.id));
    expect(await branchOf(top.id)).toEqual([top.id, active.id, deep.id].sort());
    expect(await branchOf(archived.id)).toEqual([archived.id]);
    expect(await branchOf(anId())).toEqual([]);
  });

  test('W-2 W-5 changes of several workspaces are kept at once', async () => {
    const root = await aRoot();
    const [one, other] = [await child(root), await child(root)];
    await inTransaction(async (tx) => {
      one.changeInheritance(true, later);
      other.moveBelow(one, [one.id, root.id], later);
      await harness().workspaces.update(tx, one, other);
    });
    await inTransaction(async (tx) => {
      for (const { id, snapshot } of [one, other]) {
        expect((await harness().workspaces.find(tx, tenantOf(root), id))?.snapshot).toEqual(snapshot);
      }
    });
  });

  test('W-3 a workspace goes only without children', async () => {
    const root = await aRoot();
    const parent = await child(root);
    const leaf = await child(parent);
    const remove = (workspace: Workspace) => inTransaction((tx) => harness().workspaces.remove(tx, workspace));
    const hasChildren = () => inTransaction((tx) => harness().workspaces.hasChildren(tx, tenantOf(root), parent.id));
    expect(await hasChildren()).toBe(true);
    await expect(remove(parent)).rejects.toBeInstanceOf(WorkspaceHasChildren);
    await remove(leaf);
    expect(await hasChildren()).toBe(false);
    await remove(parent);
    expect(await inTransaction((tx) => harness().workspaces.find(tx, tenantOf(root), parent.id))).toBeNull();
  });
}
