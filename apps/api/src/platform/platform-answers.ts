import { IsId } from '#http';
import { USER_STATUSES, type PlatformAdminView, type UserStatus } from '#iam';
import type { UserId } from '#kernel';
import { ApiProperty } from '@nestjs/swagger';
import { ApiId, ApiMoment, pageAnswer } from '../request/answers.ts';

export class GrantPlatformAdminBody {
  @ApiProperty({ type: String, example: '01JD8M3T5W0000000000000000' })
  @IsId()
  user_id!: string;
}

export class PlatformAdminAnswer implements PlatformAdminView {
  @ApiId()
  readonly user_id!: UserId;

  @ApiProperty({ type: String, nullable: true })
  readonly email!: string | null;

  @ApiProperty({ type: String, nullable: true })
  readonly display_name!: string | null;

  @ApiProperty({ enum: USER_STATUSES })
  readonly status!: UserStatus;

  @ApiProperty({ type: 'integer', minimum: 1 })
  readonly version!: number;

  @ApiMoment()
  readonly granted_at!: string;
}

export const PlatformAdminPageAnswer = pageAnswer(PlatformAdminAnswer);
