import { Idempotency, Requires, validated } from '#http';
import { TransferWorkspaceOwnership } from '#iam';
import type { ExecutionContext, UserId } from '#kernel';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Context } from '../request/parameters.ts';
import { Workspace, type WorkspaceInPath } from './member-path.ts';
import { TransferredOwnershipAnswer } from './workspace-member-answers.ts';
import { TransferOwnershipBody } from './workspace-member-bodies.ts';

@ApiTags('workspace members')
@Controller('v1/tenants/:tenant/workspaces/:workspace')
export class WorkspaceOwnershipController {
  constructor(private readonly commands: CommandBus) {}

  @Post('transfer-ownership')
  @HttpCode(200)
  @Requires('workspace', 'own')
  @Idempotency('key')
  @ApiOperation({
    summary: 'Hand a workspace over',
    description: 'In one step the named member of the tenant becomes an owner without an end, and you, if you were one, an admin.',
  })
  @ApiOkResponse({ type: TransferredOwnershipAnswer })
  transfer(
    @Context() context: ExecutionContext,
    @Workspace() workspace: WorkspaceInPath,
    @Body(validated) { user_id }: TransferOwnershipBody,
  ): Promise<TransferredOwnershipAnswer> {
    return this.commands.execute(new TransferWorkspaceOwnership(context, { ...workspace, userId: user_id as UserId }));
  }
}
