import {
  Idempotency,
  PageQuery,
  Requires,
  Versioned,
  expectedVersion,
  mergePatchMediaType,
  validated,
  type Page,
  type VersionCondition,
} from '#http';
import {
  AddWorkspaceMember,
  ChangeWorkspaceMember,
  FindWorkspaceMember,
  LeaveWorkspace,
  ListWorkspaceMembers,
  RemoveWorkspaceMember,
  type MemberSubject,
} from '#iam';
import type { ExecutionContext } from '#kernel';
import { Body, Controller, Delete, Get, HttpCode, Patch, Post, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiConsumes, ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ChangeAnswer } from '../request/answers.ts';
import { Context, IfMatch } from '../request/parameters.ts';
import { pathOfMember, Subject, SUBJECT_PATHS, Workspace, type WorkspaceInPath } from './member-path.ts';
import { WorkspaceMemberAnswer, WorkspaceMemberPageAnswer } from './workspace-member-answers.ts';
import { AddWorkspaceMemberBody, ChangeWorkspaceMemberBody, endOf } from './workspace-member-bodies.ts';

const subjectType = { name: 'subject_type', enum: SUBJECT_PATHS, description: 'Whether the member is a user or a group.' };

@ApiTags('workspace members')
@Controller('v1/tenants/:tenant/workspaces/:workspace/members')
export class WorkspaceMembersController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @Requires('workspace', 'view')
  @Idempotency('safe')
  @ApiOperation({ summary: 'List the members of a workspace', description: 'Roles held in it, not those that come down from above.' })
  @ApiOkResponse({ type: WorkspaceMemberPageAnswer })
  async list(
    @Context() context: ExecutionContext,
    @Workspace() workspace: WorkspaceInPath,
    @Query(validated) query: PageQuery,
  ): Promise<Page<WorkspaceMemberAnswer>> {
    const { tenantId, workspaceId } = workspace;
    const scope = { list: 'workspace-members', tenantId, filter: { workspaceId } };
    return query.page(scope, (page) => this.queries.execute(new ListWorkspaceMembers(context, { ...workspace, ...page })));
  }

  @Post()
  @Requires('workspace', 'manage')
  @Idempotency('key')
  @Versioned()
  @ApiOperation({
    summary: 'Add a member to a workspace',
    description:
      'A member of the tenant, for good or until `expires_at`, or a group of it. No role above your own, none beyond your own end.',
  })
  @ApiCreatedResponse({ type: ChangeAnswer })
  async add(
    @Context() context: ExecutionContext,
    @Workspace() workspace: WorkspaceInPath,
    @Body(validated) { subject, role, expires_at }: AddWorkspaceMemberBody,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ChangeAnswer> {
    const added = await this.commands.execute(new AddWorkspaceMember(context, { ...workspace, subject, role, ...endOf(expires_at) }));
    reply.header('location', pathOfMember(workspace, subject));
    return added;
  }

  @Post('leave')
  @HttpCode(204)
  @Requires('workspace', 'view')
  @Idempotency('key')
  @ApiOperation({ summary: 'Leave a workspace', description: 'Gives up your own role in it, not what comes down from above.' })
  @ApiNoContentResponse()
  async leave(@Context() context: ExecutionContext, @Workspace() workspace: WorkspaceInPath): Promise<void> {
    await this.commands.execute(new LeaveWorkspace(context, workspace));
  }

  @Get(':subject_type/:subject')
  @Requires('workspace', 'view')
  @Idempotency('safe')
  @Versioned()
  @ApiParam(subjectType)
  @ApiOperation({ summary: 'Read a member of a workspace' })
  @ApiOkResponse({ type: WorkspaceMemberAnswer })
  read(
    @Context() context: ExecutionContext,
    @Workspace() workspace: WorkspaceInPath,
    @Subject() subject: MemberSubject,
  ): Promise<WorkspaceMemberAnswer> {
    return this.queries.execute(new FindWorkspaceMember(context, { ...workspace, subject }));
  }

  @Patch(':subject_type/:subject')
  @Requires('workspace', 'manage')
  @Idempotency('natural')
  @Versioned()
  @ApiParam(subjectType)
  @ApiConsumes('application/json', mergePatchMediaType)
  @ApiOperation({ summary: 'Change the role of a member, its end, or both', description: 'The day of joining stays.' })
  @ApiOkResponse({ type: ChangeAnswer })
  async change(
    @Context() context: ExecutionContext,
    @Workspace() workspace: WorkspaceInPath,
    @Subject() subject: MemberSubject,
    @IfMatch() condition: VersionCondition,
    @Body(validated) { role, expires_at }: ChangeWorkspaceMemberBody,
  ): Promise<ChangeAnswer> {
    const version = await expectedVersion(condition, () => this.read(context, workspace, subject));
    const change = { ...(role !== undefined && { role }), ...endOf(expires_at) };
    return this.commands.execute(new ChangeWorkspaceMember(context, { ...workspace, subject, ...change, expectedVersion: version }));
  }

  @Delete(':subject_type/:subject')
  @HttpCode(204)
  @Requires('workspace', 'manage')
  @Idempotency('natural')
  @ApiParam(subjectType)
  @ApiOperation({ summary: 'Remove a member from a workspace' })
  @ApiNoContentResponse()
  async remove(
    @Context() context: ExecutionContext,
    @Workspace() workspace: WorkspaceInPath,
    @Subject() subject: MemberSubject,
    @IfMatch() condition: VersionCondition,
  ): Promise<void> {
    const version = await expectedVersion(condition, () => this.read(context, workspace, subject));
    await this.commands.execute(new RemoveWorkspaceMember(context, { ...workspace, subject, expectedVersion: version }));
  }
}
