import { TENANT_ROLES, type TenantMemberView, type TenantRole } from '#iam';
import type { TenantId, UserId } from '#kernel';
import { ApiProperty } from '@nestjs/swagger';
import { ApiId, ApiMoment, pageAnswer } from '../request/answers.ts';

export class MemberAnswer implements TenantMemberView {
  @ApiId()
  readonly tenant_id!: TenantId;

  @ApiId()
  readonly user_id!: UserId;

  @ApiProperty({ enum: TENANT_ROLES })
  readonly role!: TenantRole;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'When the membership ends by itself; null: never.' })
  readonly expires_at!: string | null;

  @ApiProperty({ type: String, nullable: true })
  readonly email!: string | null;

  @ApiProperty({ type: String, nullable: true })
  readonly display_name!: string | null;

  @ApiProperty({ description: "The user's: whoever is not active has no access, whatever the role." })
  readonly status!: string;

  @ApiProperty({ type: 'integer', minimum: 1 })
  readonly version!: number;

  @ApiMoment()
  readonly joined_at!: string;

  @ApiMoment()
  readonly updated_at!: string;
}

export const MemberPageAnswer = pageAnswer(MemberAnswer);
