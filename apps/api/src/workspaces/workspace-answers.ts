import type { WorkspaceView } from '#iam';
import type { TenantId, WorkspaceId } from '#kernel';
import { ApiProperty } from '@nestjs/swagger';
import { ApiId, ApiMoment } from '../request/answers.ts';

export class WorkspaceAnswer implements WorkspaceView {
  @ApiId()
  readonly id!: WorkspaceId;

  @ApiId()
  readonly tenant_id!: TenantId;

  @ApiProperty({ type: String, nullable: true, description: 'Null for the root.' })
  readonly parent_id!: WorkspaceId | null;

  @ApiProperty()
  readonly name!: string;

  @ApiProperty()
  readonly slug!: string;

  @ApiProperty({ description: 'Whether roles of the parent count here.' })
  readonly inherits!: boolean;

  @ApiProperty({ enum: ['active', 'archived'] })
  readonly state!: WorkspaceView['state'];

  @ApiProperty({ type: 'integer', minimum: 1 })
  readonly version!: number;

  @ApiMoment()
  readonly created_at!: string;

  @ApiMoment()
  readonly updated_at!: string;
}

export class CreatedWorkspaceAnswer {
  @ApiId()
  readonly id!: WorkspaceId;

  @ApiProperty({ type: 'integer', minimum: 1, description: 'Also sent as ETag.' })
  readonly version!: number;
}
