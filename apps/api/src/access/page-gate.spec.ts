import { AccessDecision, CountingAuthorizationProvider, GraphNotCurrent } from '#authorization';
import { edge, FakeAuthorizationProvider } from '#authorization/testing';
import { WorkspaceArchived, WorkspaceNotFound } from '#iam';
import type { UserId, WorkspaceId } from '#kernel';
import type { RouteAccess } from '#http';
import { ReadYourWrites } from '#outbox';
import type { ExecutionContext as NestContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Registry } from 'prom-client';
import { firstValueFrom, of } from 'rxjs';
import { beforeEach, describe, expect, it } from 'vitest';
import { CallerConsistency } from '../consistency/caller-consistency.ts';
import { GraphCallCount } from '../observation/graph-call-count.ts';
import { PermissionDenied } from './errors.ts';
import { PageGate } from './page-gate.ts';

const ofTenant: RouteAccess = { kind: 'permission', resource: 'tenant', permission: 'access', decidedWith: 'page' };
const ofWorkspace: RouteAccess = { kind: 'permission', resource: 'workspace', permission: 'view', decidedWith: 'page' };
const current = 'projection_epoch:e1#current@projection_probe:probe';
const [a, b] = ['a', 'b'] as WorkspaceId[] as [WorkspaceId, WorkspaceId];

class NothingWritten extends ReadYourWrites {
  override settle = () => Promise.resolve({ token: null, applied: true });
  override resolve = () => Promise.resolve({ kind: 'fully_consistent' as const });
  override current = () => Promise.resolve({ token: 't', zedToken: null });
}

let graph: FakeAuthorizationProvider;
let gate: PageGate;

beforeEach(async () => {
  graph = new FakeAuthorizationProvider();
  await graph.holding(current, 'tenant:t#member@user:u');
  for (const workspace of ['a', 'b', 'p']) await graph.holding(`workspace:${workspace}#tenant@tenant:t`);
  await graph.holding('workspace:p#viewer@user:u', 'workspace:a#viewer@user:u');
  const calls = new GraphCallCount(new Registry());
  const decision = new AccessDecision(
    new CountingAuthorizationProvider(graph, calls),
    { freshness: () => ({ kind: 'minimize_latency' }) },
    { current: () => Promise.resolve('e1'), isDoubted: () => false },
  );
  gate = new PageGate(decision, new CallerConsistency(new NothingWritten(), 10), calls);
});

const request = (access: RouteAccess, headers: Record<string, string> = {}) =>
  ({
    params: { tenant: 'acme', workspace: 'p' },
    headers,
    routeOptions: { config: { access } },
    caller: { userId: 'u' as UserId },
    door: { tenant_id: 't' },
    graphCalls: 0,
  }) as unknown as FastifyRequest;

const answered = (made: FastifyRequest) =>
  firstValueFrom(
    gate.intercept({ switchToHttp: () => ({ getRequest: () => made }) } as unknown as NestContext, { handle: () => of('a page') }),
  );

describe('W-7 the gate of a page', () => {
  it('W-7 asks for the list and its rows in one call, and counts it for the request', async () => {
    const made = request(ofWorkspace);
    expect(await gate.workspaces(made, { rows: 'view' }).among([a])).toEqual([true]);
    expect(made.graphCalls).toBe(1);
    expect(await gate.workspaces(made, { rows: 'view' }).among([a, b])).toEqual([true, false]);
    expect(made.graphCalls).toBe(3);
  });

  it('asks of the newest state for a caller who has seen a change', async () => {
    graph.staleBy = 5;
    await graph.holding('workspace:b#viewer@user:u');
    const made = request(ofTenant, { 'tenantry-consistency': 'token' });
    expect(await gate.workspaces(made, { rows: 'view' }).among([a, b])).toEqual([true, true]);
    expect(made.graphCalls).toBe(1);
  });

  it('W-6 a list within what the caller may not see is not found, also with a row that they may see', async () => {
    const within = b;
    await expect(gate.workspaces(request(ofTenant), { rows: 'view', within }).among([a])).rejects.toBeInstanceOf(WorkspaceNotFound);
  });

  it('W-4 a list within an archived workspace is gone', async () => {
    await graph.holding('workspace:p#archived@user:*');
    await expect(gate.workspaces(request(ofWorkspace), { rows: 'see' }).among([a])).rejects.toBeInstanceOf(WorkspaceArchived);
  });

  it('a list that the graph denies although the front door let the caller in is refused', async () => {
    await graph.write([{ operation: 'delete', relationship: edge('tenant:t#member@user:u') }]);
    await expect(gate.workspaces(request(ofTenant), { rows: 'view' }).among([])).rejects.toBeInstanceOf(PermissionDenied);
  });

  it('Z-3 a graph that is not the current one makes no list empty', async () => {
    await graph.write([current, 'tenant:t#member@user:u'].map((text) => ({ operation: 'delete', relationship: edge(text) })));
    await expect(gate.workspaces(request(ofTenant), { rows: 'view' }).among([])).rejects.toBeInstanceOf(GraphNotCurrent);
  });

  it('H-2 no page leaves that nobody asked the permission for', async () => {
    const made = request(ofTenant);
    await expect(answered(made)).rejects.toThrow('nobody asked');
    await gate.workspaces(made, { rows: 'view' }).among([]);
    expect(await answered(made)).toBe('a page');
    expect(await answered(request({ kind: 'permission', resource: 'tenant', permission: 'view' }))).toBe('a page');
  });
});
