import {
  AddTenantMember,
  CreateTenant,
  FrontDoor,
  ListAncestors,
  ListChildWorkspaces,
  ListSubtree,
  ListWorkspaces,
  RemoveTenantMember,
} from '#iam';
import { actingUser } from '#kernel/testing';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { TwoProcesses } from './support/two-processes.ts';

let both: TwoProcesses;
const sent = vi.spyOn(pg.Client.prototype, 'query');

beforeAll(async () => {
  both = await TwoProcesses.start();
});
afterAll(async () => {
  sent.mockRestore();
  await both.stop();
});
beforeEach(() => {
  sent.mockClear();
});

/** The names of this library's own statements since the test began, in order; all of them are prepared. */
const statements = () =>
  sent.mock.calls
    .map(([query]: unknown[]) => (typeof query === 'object' && query !== null && 'name' in query ? String(query.name) : null))
    .filter((name) => name !== null)
    .filter((name) => !/^(open_transaction|outbox_\w+|idempotency_\w+)$/.test(name));

test('whoever is known costs one statement', async () => {
  await both.left.user('ada');
  sent.mockClear();
  await both.left.user('ada');
  expect(statements()).toEqual(['identity_directory_find']);
});

test('the front door is one statement', async () => {
  const userId = await both.owner.insertUser();
  sent.mockClear();
  await both.left.ask(FrontDoor, { userId, tenant: 'nobody' });
  expect(statements()).toEqual(['front_door']);
});

test('a tenant with all that belongs to it is three statements, sent together', async () => {
  const ada = actingUser(await both.owner.insertUser());
  sent.mockClear();
  await both.left.do(ada, CreateTenant, { name: 'Acme' });
  expect(statements()).toEqual(['user_status_hold', 'tenant_create', 'workspace_create']);
});

test('a member is added by six statements and removed by seven, whatever the size of the tenant', async () => {
  const [ada, userId] = [await both.owner.insertUser(), await both.owner.insertUser()];
  const tenantId = await both.owner.insertTenantWithAdmins(ada);
  sent.mockClear();
  await both.left.do(actingUser(ada), AddTenantMember, { tenantId, userId, role: 'member' });
  expect(statements()).toHaveLength(6);
  sent.mockClear();
  await both.left.do(actingUser(ada), RemoveTenantMember, { tenantId, userId, expectedVersion: 1 });
  expect(statements()).toHaveLength(7);
});

test('W-7 a page of workspaces is one statement, whichever list it is of, and an empty one asks for its workspace as well', async () => {
  const userId = await both.owner.insertUser();
  const tenantId = await both.owner.insertTenantWithAdmins(userId);
  const workspaceId = await both.owner.insertWorkspace(tenantId, await both.owner.insertWorkspace(tenantId));
  const leaf = await both.owner.insertWorkspace(tenantId, workspaceId);
  const visible = { among: (ids: readonly unknown[]) => Promise.resolve(ids.map(() => true)) };
  const page = { tenantId, userId, workspaceId, includeArchived: false, limit: 50, visible };
  sent.mockClear();
  for (const list of [ListWorkspaces, ListChildWorkspaces, ListAncestors, ListSubtree]) await both.left.ask(list, page);
  expect(statements()).toEqual(['workspace_list_all', 'workspace_list_children', 'workspace_list_ancestors', 'workspace_list_subtree']);
  sent.mockClear();
  await both.left.ask(ListChildWorkspaces, { ...page, workspaceId: leaf });
  expect(statements()).toEqual(['workspace_list_children', 'view_workspace']);
});
