import { IsId, MayBeAbsent, PageQuery } from '#http';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';

export class WorkspaceListQuery extends PageQuery {
  @ApiPropertyOptional({ type: 'boolean', default: false, description: 'Also archived ones; `state` tells them apart.' })
  @MayBeAbsent()
  @IsIn(['true', 'false'], { message: 'must be true or false' })
  include_archived?: string;

  get includeArchived(): boolean {
    return this.include_archived === 'true';
  }
}

export class TenantWorkspacesQuery extends WorkspaceListQuery {
  @ApiPropertyOptional({ type: String, description: 'Only those directly below this workspace.' })
  @MayBeAbsent()
  @IsId()
  parent_id?: string;
}
