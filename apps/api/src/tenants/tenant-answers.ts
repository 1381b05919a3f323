import type { FoundedTenant, TenantView } from '#iam';
import type { TenantId, WorkspaceId } from '#kernel';
import { ApiProperty } from '@nestjs/swagger';
import { ApiId, ApiMoment, pageAnswer } from '../request/answers.ts';

export class TenantAnswer implements TenantView {
  @ApiId()
  readonly id!: TenantId;

  @ApiProperty({ example: 'Acme Ltd' })
  readonly name!: string;

  @ApiProperty({ example: 'acme' })
  readonly slug!: string;

  @ApiProperty({ type: String, nullable: true })
  readonly external_id!: string | null;

  @ApiProperty({ type: 'object', additionalProperties: true })
  readonly metadata!: TenantView['metadata'];

  @ApiProperty({ enum: ['active', 'suspended', 'deleting'] })
  readonly state!: TenantView['state'];

  @ApiProperty()
  readonly is_default!: boolean;

  @ApiProperty({ description: 'False: nobody can act inside, and a platform admin may appoint a first admin.' })
  readonly has_active_admin!: boolean;

  @ApiProperty({ type: 'integer', minimum: 1 })
  readonly version!: number;

  @ApiMoment()
  readonly created_at!: string;

  @ApiMoment()
  readonly updated_at!: string;
}

export const TenantPageAnswer = pageAnswer(TenantAnswer);

export class CreatedTenantAnswer {
  @ApiId()
  readonly id!: TenantId;

  @ApiId('The root of the workspace tree, made with the tenant and owned by whoever created it.')
  readonly root_workspace_id!: WorkspaceId;

  @ApiProperty({ type: 'integer', minimum: 1 })
  readonly version!: number;
}

export const createdTenant = ({ tenant_id: id, root_workspace_id, version }: FoundedTenant): CreatedTenantAnswer => ({
  id,
  root_workspace_id,
  version,
});

export class ConsistencyAnswer {
  @ApiProperty({ description: 'Send it as Tenantry-Consistency to this API.' })
  readonly token!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'For SpiceDB itself: check `at_least_as_fresh` as this ZedToken. Null while nothing was projected.',
  })
  readonly zed_token!: string | null;
}
