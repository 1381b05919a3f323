import { USER_STATUSES, type UserStatus, type UserView } from '#iam';
import type { UserId } from '#kernel';
import { ApiProperty } from '@nestjs/swagger';
import { ApiId, ApiMoment, pageAnswer } from '../request/answers.ts';

export class UserAnswer implements UserView {
  @ApiId()
  readonly id!: UserId;

  @ApiProperty({ type: String, nullable: true })
  readonly email!: string | null;

  @ApiProperty()
  readonly email_verified!: boolean;

  @ApiProperty({ type: String, nullable: true })
  readonly display_name!: string | null;

  @ApiProperty({ enum: USER_STATUSES })
  readonly status!: UserStatus;

  @ApiProperty({ type: 'integer', minimum: 1 })
  readonly version!: number;

  @ApiMoment()
  readonly created_at!: string;

  @ApiMoment()
  readonly updated_at!: string;
}

export const UserPageAnswer = pageAnswer(UserAnswer);

export class MeAnswer extends UserAnswer {
  @ApiProperty({ description: 'Whether you administer this platform.' })
  readonly is_platform_admin!: boolean;
}
