import type { TenantId, UserId, WorkspaceId } from '#kernel';
import { anId } from '#kernel/testing';
import { expect, test } from 'vitest';
import { userSubject } from './member-subject.ts';
import { WorkspaceMembership } from './workspace-membership.ts';
import { Workspace } from './workspace.ts';

const [tenantId, workspaceId, userId] = [anId<TenantId>(), anId<WorkspaceId>(), anId<UserId>()];
const at = new Date('2026-01-01T00:00:00Z');

test('T-1 a root has no parent and the name of its tenant', () => {
  const root = Workspace.openRoot({ id: workspaceId, tenantId, name: 'Acme' }, at);
  expect(root.snapshot).toMatchObject({ parentId: null, name: 'Acme', slug: 'root', state: 'active', inherits: true, version: 1 });
  expect(root.pullEvents()).toMatchObject([
    {
      type: 'workspaces.workspace_created',
      aggregateType: 'workspace',
      aggregateId: workspaceId,
      tenantId,
      revoking: false,
      payload: { tenantId, workspaceId, parentId: null, inherits: true, name: 'Acme', slug: 'root' },
    },
  ]);
});

test('T-1 the one who made a workspace is added to it', () => {
  const founder = WorkspaceMembership.found({ tenantId, workspaceId, userId, role: 'owner' }, at);
  expect(founder.pullEvents()).toMatchObject([
    {
      type: 'workspaces.member_added',
      aggregateId: `${workspaceId}:user:${userId}`,
      revoking: false,
      payload: { tenantId, workspaceId, subjectType: 'user', subjectId: userId, role: 'owner', expiresAt: null },
    },
  ]);
});

test('M-6 a role that ends with its tenant membership tells what it was', () => {
  const held = {
    tenantId,
    workspaceId,
    subject: userSubject(userId),
    role: 'owner',
    expiresAt: null,
    version: 2,
    joinedAt: at,
    updatedAt: at,
  } as const;
  const membership = WorkspaceMembership.rehydrate(held);
  membership.end(at);
  expect(membership.pullEvents()).toMatchObject([
    {
      type: 'workspaces.member_removed',
      revoking: true,
      aggregateVersion: 3,
      payload: { workspaceId, subjectType: 'user', subjectId: userId, previousRole: 'owner' },
    },
  ]);
});
