import type { ExecutionContext, TenantId, WorkspaceId } from '#kernel';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { WorkspaceMemberNotFound } from '../domain/member-errors.ts';
import type { MemberSubject } from '../domain/member-subject.ts';
import { mustBeInTenant, WorkspaceViews } from './find-workspace.ts';
import { WorkspaceMemberViews, type WorkspaceMemberView } from './workspace-member-views.ts';

/** A role held in the workspace itself. Throws `WorkspaceNotFound`, `WorkspaceMemberNotFound`. */
export class FindWorkspaceMember extends Query<WorkspaceMemberView> {
  constructor(
    readonly context: ExecutionContext,
    readonly input: { readonly tenantId: TenantId; readonly workspaceId: WorkspaceId; readonly subject: MemberSubject },
  ) {
    super();
  }
}

@QueryHandler(FindWorkspaceMember)
export class FindWorkspaceMemberHandler implements IQueryHandler<FindWorkspaceMember> {
  constructor(
    private readonly members: WorkspaceMemberViews,
    private readonly workspaces: WorkspaceViews,
  ) {}

  async execute({ input: { subject, ...workspace } }: FindWorkspaceMember): Promise<WorkspaceMemberView> {
    const member = await this.members.member(workspace, subject);
    if (member !== null) return member;
    await mustBeInTenant(this.workspaces, workspace);
    throw new WorkspaceMemberNotFound();
  }
}
