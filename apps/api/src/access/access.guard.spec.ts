import { AccessDecision, AuthorizationUnavailable, CountingAuthorizationProvider, epochCheck, GraphNotCurrent } from '#authorization';
import { FakeAuthorizationProvider } from '#authorization/testing';
import { DatabaseUnavailable } from '#database';
import { absentId, type BodyRequirement, type RouteAccess } from '#http';
import { GroupNotFound, TenantNotFound, TenantSuspended, WorkspaceArchived, WorkspaceNotFound, type FrontDoorView } from '#iam';
import { ExecutionContext, type TenantId, type UserId } from '#kernel';
import { ReadYourWrites } from '#outbox';
import type { ExecutionContext as NestContext } from '@nestjs/common';
import type { QueryBus } from '@nestjs/cqrs';
import { Registry } from 'prom-client';
import { beforeEach, describe, expect, it } from 'vitest';
import { CallerConsistency } from '../consistency/caller-consistency.ts';
import { GraphCallCount } from '../observation/graph-call-count.ts';
import { AccessGuard } from './access.guard.ts';
import { PermissionDenied } from './errors.ts';
import { FrontDoorCopies, longestCopyMs } from './front-door-copies.ts';
import { FrontDoorKeeper } from './front-door.ts';

const tenantId = '01JD0000000000000000000000' as TenantId;
const workspaceId = '01JD0000000000000000000001';
const userId = '01JD0000000000000000000002' as UserId;
const member: FrontDoorView = {
  user_status: 'active',
  tenant_id: tenantId,
  tenant_state: 'active',
  role: 'member',
  role_ends_in_ms: null,
  is_platform_admin: false,
};
const viewTenant: RouteAccess = { kind: 'permission', resource: 'tenant', permission: 'view' };
const viewWorkspace: RouteAccess = { kind: 'permission', resource: 'workspace', permission: 'view' };

class NothingWritten extends ReadYourWrites {
  override settle = () => Promise.resolve({ token: null, applied: true });
  override resolve = () => Promise.resolve({ kind: 'fully_consistent' as const });
  override current = () => Promise.resolve({ token: 't', zedToken: null });
}

let graph: FakeAuthorizationProvider;
let now: number;
let reads: number;
let seen: FrontDoorView;
let databaseDown: boolean;
let guard: AccessGuard;
let copies: FrontDoorCopies;

beforeEach(async () => {
  graph = new FakeAuthorizationProvider();
  await graph.holding('projection_epoch:e1#current@projection_probe:probe', `tenant:${tenantId}#member@user:${userId}`);
  [now, reads, seen, databaseDown] = [1_000, 0, member, false];
  const queries = {
    execute: () => {
      reads += 1;
      return databaseDown ? Promise.reject(new DatabaseUnavailable(new Error('gone'))) : Promise.resolve(seen);
    },
  } as unknown as QueryBus;
  const calls = new GraphCallCount(new Registry());
  copies = new FrontDoorCopies(() => now);
  const decision = new AccessDecision(
    new CountingAuthorizationProvider(graph, calls),
    { freshness: () => ({ kind: 'minimize_latency' }) },
    { current: () => Promise.resolve('e1'), isDoubted: () => false },
  );
  guard = new AccessGuard(new FrontDoorKeeper(copies, queries), decision, new CallerConsistency(new NothingWritten(), 10), calls);
});

interface Sent {
  readonly access?: RouteAccess;
  readonly also?: readonly BodyRequirement[];
  readonly body?: unknown;
  readonly params?: Record<string, string>;
  readonly headers?: Record<string, string>;
}

function request({ access = viewTenant, also = [], body, params = {}, headers = {} }: Sent = {}) {
  const actor = { kind: 'user', id: userId } as const;
  return {
    params: { tenant: 'acme', workspace: workspaceId, ...params },
    headers,
    body,
    routeOptions: { config: { access, also, takesBody: also.length > 0 } },
    caller: { userId, actor },
    execution: new ExecutionContext(actor, 'r1'),
    door: null,
    graphCalls: 0,
  };
}

async function pass(sent: Sent = {}) {
  const made = request(sent);
  const context = { switchToHttp: () => ({ getRequest: () => made }) } as unknown as NestContext;
  const outcome = await guard.canActivate(context).then(
    () => 'allowed',
    (error: unknown) => error,
  );
  return { outcome, calls: made.graphCalls, door: made.door };
}

describe('costs of the guard', () => {
  it('a warm guarded read that is allowed is one engine call and no statement', async () => {
    await pass();
    reads = 0;
    expect(await pass()).toMatchObject({ outcome: 'allowed', calls: 1, door: member });
    expect(reads).toBe(0);
  });

  it('outsiders and members of suspended tenants cost no engine call', async () => {
    seen = { ...member, role: null };
    expect(await pass()).toMatchObject({ outcome: new TenantNotFound(), calls: 0 });
    seen = { ...member, tenant_state: 'suspended' };
    expect(await pass()).toMatchObject({ outcome: new TenantSuspended(), calls: 0 });
  });

  it('a denial is asked once more, in one bulk call', async () => {
    expect(await pass({ access: { kind: 'permission', resource: 'tenant', permission: 'administrate' } })).toMatchObject({ calls: 2 });
  });

  it('what is neither an id nor a slug costs nothing', async () => {
    expect(await pass({ params: { tenant: 'No Such' } })).toMatchObject({ outcome: new TenantNotFound(), calls: 0 });
    expect(reads).toBe(0);
  });
});

describe('P-7 a copy of the front door', () => {
  it('P-7 serves for at most 5 s, also when PostgreSQL is gone; then the answer is 503', async () => {
    await pass();
    databaseDown = true;
    now += longestCopyMs - 1;
    expect((await pass()).outcome).toBe('allowed');
    now += 1;
    expect((await pass()).outcome).toBeInstanceOf(DatabaseUnavailable);
  });

  it('P-7 a member removed is refused within 5 s with every signal lost, and at once by a signal', async () => {
    await pass();
    seen = { ...member, role: null };
    now += longestCopyMs - 1;
    expect((await pass()).outcome).toBe('allowed');
    now += 1;
    expect((await pass()).outcome).toBeInstanceOf(TenantNotFound);
    seen = member;
    await pass();
    seen = { ...member, role: null };
    now += 1;
    copies.drop(tenantId);
    expect((await pass()).outcome).toBeInstanceOf(TenantNotFound);
  });

  it('P-7 a no never comes from the copy: whoever was added is in at once', async () => {
    seen = { ...member, role: null };
    await pass();
    seen = member;
    expect((await pass()).outcome).toBe('allowed');
  });
});

describe('what a refusal says', () => {
  it('H-3 a workspace that is absent and one the caller may not see are the same 404', async () => {
    await graph.holding(`workspace:${workspaceId}#tenant@tenant:${tenantId}`);
    const [hidden, absent] = [
      await pass({ access: viewWorkspace }),
      await pass({ access: viewWorkspace, params: { workspace: absentId } }),
    ];
    expect([hidden.outcome, absent.outcome]).toEqual([new WorkspaceNotFound(), new WorkspaceNotFound()]);
  });

  it('W-4 an archived workspace is gone to those who may see it, and unknown to all others', async () => {
    await graph.holding(`workspace:${workspaceId}#tenant@tenant:${tenantId}`, `workspace:${workspaceId}#archived@user:*`);
    expect((await pass({ access: viewWorkspace })).outcome).toBeInstanceOf(WorkspaceNotFound);
    await graph.holding(`workspace:${workspaceId}#viewer@user:${userId}`);
    expect((await pass({ access: viewWorkspace })).outcome).toBeInstanceOf(WorkspaceArchived);
  });

  it('H-3 what is of another tenant is unknown in this one, also to somebody who may see it there, archived or not', async () => {
    const [other, group] = ['01JD0000000000000000000007', '01JD0000000000000000000008'];
    await graph.holding(`tenant:${other}#member@user:${userId}`, `workspace:${workspaceId}#tenant@tenant:${other}`);
    await graph.holding(`workspace:${workspaceId}#viewer@user:${userId}`);
    const own: RouteAccess = { kind: 'permission', resource: 'workspace', permission: 'own' };
    expect((await pass({ access: own })).outcome).toEqual(new WorkspaceNotFound());
    await graph.holding(`workspace:${workspaceId}#archived@user:*`);
    expect((await pass({ access: own })).outcome).toEqual(new WorkspaceNotFound());
    await graph.holding(`group:${group}#tenant@tenant:${other}`, `group:${group}#member@user:${userId}`);
    const manage: RouteAccess = { kind: 'permission', resource: 'group', permission: 'manage' };
    expect((await pass({ access: manage, params: { group } })).outcome).toEqual(new GroupNotFound());
  });

  it('whoever sees a workspace but may not do this is told so', async () => {
    await graph.holding(`workspace:${workspaceId}#tenant@tenant:${tenantId}`, `workspace:${workspaceId}#viewer@user:${userId}`);
    expect((await pass({ access: viewWorkspace })).outcome).toBe('allowed');
    const edit: RouteAccess = { kind: 'permission', resource: 'workspace', permission: 'edit' };
    expect((await pass({ access: edit })).outcome).toBeInstanceOf(PermissionDenied);
  });

  it('H-3 a group that is absent and one the caller may not see are the same 404; who sees it is told what is missing', async () => {
    const group = '01JD0000000000000000000003';
    const needing = (permission: string): RouteAccess => ({ kind: 'permission', resource: 'group', permission });
    await graph.holding(`group:${group}#tenant@tenant:${tenantId}`);
    for (const named of [group, absentId]) {
      expect((await pass({ access: needing('view'), params: { group: named } })).outcome).toEqual(new GroupNotFound());
    }
    await graph.holding(`group:${group}#member@user:${userId}`);
    expect(await pass({ access: needing('view'), params: { group } })).toMatchObject({ outcome: 'allowed', calls: 1 });
    expect((await pass({ access: needing('manage'), params: { group } })).outcome).toBeInstanceOf(PermissionDenied);
  });

  it('Z-3 an engine out of order is 503, never 403', async () => {
    await pass();
    graph.unavailable = true;
    expect((await pass()).outcome).toBeInstanceOf(AuthorizationUnavailable);
  });

  it('P-3 a graph that was lost is 503, never 403', async () => {
    await graph.write([{ operation: 'delete', relationship: { ...epochCheck('e1'), relation: 'current' } }]);
    expect((await pass({ access: { kind: 'permission', resource: 'tenant', permission: 'administrate' } })).outcome).toBeInstanceOf(
      GraphNotCurrent,
    );
  });
});

describe('W-6 what the body names', () => {
  const target = '01JD0000000000000000000009';
  const own: RouteAccess = { kind: 'permission', resource: 'workspace', permission: 'own' };
  const also = [{ member: 'parent_id', resource: 'workspace', permission: 'create_child', isId: true }] as const;
  const move = (parent: unknown) => pass({ access: own, also, body: { parent_id: parent } });
  const inTenant = (...ids: string[]) => graph.holding(...ids.map((id) => `workspace:${id}#tenant@tenant:${tenantId}`));

  beforeEach(() => inTenant(workspaceId, target));

  it('W-6 is asked about together with what the path names: one call when both are allowed', async () => {
    await graph.holding(`workspace:${workspaceId}#owner@user:${userId}`, `workspace:${target}#admin@user:${userId}`);
    expect(await move(target)).toMatchObject({ outcome: 'allowed', calls: 1 });
  });

  it('W-6 is unknown, archived or refused like what the path names, and the path comes first', async () => {
    expect((await move(target)).outcome).toBeInstanceOf(WorkspaceNotFound);
    await graph.holding(`workspace:${target}#admin@user:${userId}`, `workspace:${workspaceId}#viewer@user:${userId}`);
    expect((await move(target)).outcome).toBeInstanceOf(PermissionDenied);
    await graph.holding(`workspace:${workspaceId}#owner@user:${userId}`);
    expect((await move(absentId)).outcome).toBeInstanceOf(WorkspaceNotFound);
    await graph.holding(`workspace:${target}#viewer@user:${userId}`, `workspace:${target}#archived@user:*`);
    expect(await move(target)).toMatchObject({ outcome: new WorkspaceArchived(), calls: 2 });
  });

  it('a role that sees the named one is told that it is not enough', async () => {
    await graph.holding(`workspace:${workspaceId}#owner@user:${userId}`, `workspace:${target}#viewer@user:${userId}`);
    expect((await move(target)).outcome).toBeInstanceOf(PermissionDenied);
  });

  it.each([[undefined], [1], [null], ['x'], [[target]], [{ id: target }]])(
    '%j names nothing, and is left to validation',
    async (parent) => {
      await graph.holding(`workspace:${workspaceId}#owner@user:${userId}`);
      expect(await move(parent)).toMatchObject({ outcome: 'allowed', calls: 1 });
      expect((await pass({ access: own, also, body: parent })).outcome).toBe('allowed');
    },
  );
});

describe('P-6 a consistency token', () => {
  it('P-6 makes the check read at least that state', async () => {
    graph.staleBy = 1;
    await graph.holding(`tenant:${tenantId}#operator@user:${userId}`);
    const operate: RouteAccess = { kind: 'permission', resource: 'tenant', permission: 'operate' };
    expect(await pass({ access: operate, headers: { 'tenantry-consistency': 'token' } })).toMatchObject({ outcome: 'allowed', calls: 1 });
  });
});
