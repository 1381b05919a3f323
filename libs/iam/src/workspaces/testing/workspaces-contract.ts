import { platformScope, type TenantId, type Transaction, type UnitOfWork, type UserId, type WorkspaceId } from '#kernel';
import { actingProduct, anId, contextOf } from '#kernel/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WorkspaceMembership } from '../domain/workspace-membership.ts';
import type { WorkspaceMembershipRepository } from '../domain/workspace-membership-repository.ts';
import type { WorkspaceRepository } from '../domain/workspace-repository.ts';
import { Workspace } from '../domain/workspace.ts';
import { workspaceTreeContract } from './workspace-tree-contract.ts';

export interface WorkspacesHarness {
  readonly unitOfWork: UnitOfWork;
  readonly workspaces: WorkspaceRepository;
  readonly workspaceMembers: WorkspaceMembershipRepository;
  /** A tenant without a root workspace, and a member of it. */
  tenant(): Promise<{ tenantId: TenantId; memberId: UserId }>;
  stop(): Promise<void>;
}

const at = new Date('2026-03-04T05:06:07.890Z');

/** What every implementation of the ports of this module promises. */
export function workspacesContract(name: string, start: () => Promise<WorkspacesHarness>): void {
  describe(`workspaces contract, ${name}`, () => {
    let harness: WorkspacesHarness;
    beforeAll(async () => {
      harness = await start();
    });
    afterAll(() => harness.stop());

    workspaceTreeContract(() => harness);

    const inTransaction = <T>(work: (tx: Transaction) => Promise<T>) =>
      harness.unitOfWork.run(contextOf(actingProduct), platformScope, work);
    const rootOf = (tenantId: TenantId) => Workspace.openRoot({ id: anId<WorkspaceId>(), tenantId, name: 'Acme' }, at);

    test('the owner of a new root holds that role and no other', async () => {
      const { tenantId, memberId: userId } = await harness.tenant();
      const root = rootOf(tenantId);
      const owner = WorkspaceMembership.found({ tenantId, workspaceId: root.id, userId, role: 'owner' }, at);
      await inTransaction((tx) => harness.workspaces.create(tx, root, owner));
      const held = await inTransaction((tx) => harness.workspaceMembers.lockAllOf(tx, tenantId, { type: 'user', id: userId }));
      expect(held.map(({ snapshot }) => snapshot)).toEqual([owner.snapshot]);
    });

    test('M-7 an owner may come with an end', async () => {
      const { tenantId, memberId: userId } = await harness.tenant();
      const root = rootOf(tenantId);
      const expiresAt = new Date(at.getTime() + 3_600_000);
      const owner = WorkspaceMembership.found({ tenantId, workspaceId: root.id, userId, role: 'owner', expiresAt }, at);
      await inTransaction((tx) => harness.workspaces.create(tx, root, owner));
      const held = await inTransaction((tx) => harness.workspaceMembers.lockAllOf(tx, tenantId, { type: 'user', id: userId }));
      expect(held.map(({ expiresAt: end }) => end)).toEqual([expiresAt]);
    });

    test('a root without an owner has no members', async () => {
      const { tenantId, memberId } = await harness.tenant();
      await inTransaction((tx) => harness.workspaces.create(tx, rootOf(tenantId), null));
      expect(await inTransaction((tx) => harness.workspaceMembers.lockAllOf(tx, tenantId, { type: 'user', id: memberId }))).toEqual([]);
    });

    test('M-6 removed roles are gone', async () => {
      const { tenantId, memberId: userId } = await harness.tenant();
      const root = rootOf(tenantId);
      const owner = WorkspaceMembership.found({ tenantId, workspaceId: root.id, userId, role: 'owner' }, at);
      await inTransaction((tx) => harness.workspaces.create(tx, root, owner));
      await inTransaction(async (tx) => {
        const held = await harness.workspaceMembers.lockAllOf(tx, tenantId, { type: 'user', id: userId });
        for (const membership of held) membership.end(at);
        await harness.workspaceMembers.remove(tx, held);
      });
      expect(await inTransaction((tx) => harness.workspaceMembers.lockAllOf(tx, tenantId, { type: 'user', id: userId }))).toEqual([]);
    });
  });
}
