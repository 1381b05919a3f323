import type { TenantId, UserId, WorkspaceId } from '#kernel';
import type { Stand } from '../stand/stand.ts';
import { bytesOf, HttpLane, type HttpRequest } from './http-lane.ts';

/** Somebody who signed in and made a tenant. */
export interface ApiCaller {
  readonly token: string;
  readonly userId: UserId;
  readonly tenantId: TenantId;
  readonly workspaceId: WorkspaceId;
}

async function ask<Answer>(lane: HttpLane, request: HttpRequest): Promise<Answer> {
  const { status, body } = await lane.send(bytesOf(request));
  if (status >= 300) throw new Error(`${request.method} ${request.path} answered ${status}: ${body}`);
  return JSON.parse(body) as Answer;
}

/** Made through the API as anybody would; each is projected when this returns, because its answer waits for that. */
export async function apiCallers(stand: Stand, count: number): Promise<ApiCaller[]> {
  const lane = await HttpLane.open(stand.apiPort);
  const callers: ApiCaller[] = [];
  for (let nth = 0; nth < count; nth += 1) {
    const token = await stand.tokenFor(`bench-${crypto.randomUUID()}`);
    const { id: userId } = await ask<{ id: UserId }>(lane, { method: 'GET', path: '/v1/me', token });
    const made = await ask<{ id: TenantId; root_workspace_id: WorkspaceId }>(lane, {
      method: 'POST',
      path: '/v1/tenants',
      token,
      body: { name: `Bench ${nth}` },
    });
    callers.push({ token, userId, tenantId: made.id, workspaceId: made.root_workspace_id });
  }
  lane.close();
  return callers;
}
