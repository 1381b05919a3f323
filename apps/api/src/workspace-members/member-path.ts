import { WorkspaceMemberNotFound, type MemberSubject } from '#iam';
import { isUlid, type TenantId, type WorkspaceId } from '#kernel';
import { createParamDecorator, type ExecutionContext as NestContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

const requestOf = (context: NestContext) => context.switchToHttp().getRequest<FastifyRequest>();

/** How a path names the kind of a member. */
export const SUBJECT_PATHS = ['users', 'groups'] as const;

/** The member that the path names. What names none is answered like one who is not there: `WorkspaceMemberNotFound`. */
export const Subject = createParamDecorator((_: unknown, context: NestContext): MemberSubject => {
  const { subject_type: type, subject: id = '' } = requestOf(context).params as { subject_type?: string; subject?: string };
  if (!isUlid(id) || (type !== 'users' && type !== 'groups')) throw new WorkspaceMemberNotFound();
  return { type: type === 'users' ? 'user' : 'group', id } as MemberSubject;
});

export interface WorkspaceInPath {
  readonly tenantId: TenantId;
  readonly workspaceId: WorkspaceId;
}

/** The workspace that the path names, in the tenant that the front door let the caller into. */
export const Workspace = createParamDecorator((_: unknown, context: NestContext): WorkspaceInPath => {
  const { door, params } = requestOf(context);
  if (door === null || door.tenant_id === null) throw new Error('a route outside of tenants asks for a workspace');
  return { tenantId: door.tenant_id, workspaceId: (params as { workspace: WorkspaceId }).workspace };
});

/** Where the member is found. */
export const pathOfMember = ({ tenantId, workspaceId }: WorkspaceInPath, { type, id }: MemberSubject): string =>
  `/v1/tenants/${tenantId}/workspaces/${workspaceId}/members/${type}s/${id}`;
