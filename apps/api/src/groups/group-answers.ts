import { GROUP_ROLES, type GroupMemberView, type GroupRole, type GroupView } from '#iam';
import type { GroupId, TenantId, UserId } from '#kernel';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ApiId, ApiMoment, ChangeAnswer, pageAnswer } from '../request/answers.ts';

export class GroupAnswer implements GroupView {
  @ApiId()
  readonly id!: GroupId;

  @ApiId()
  readonly tenant_id!: TenantId;

  @ApiProperty()
  readonly name!: string;

  @ApiProperty({ type: String, nullable: true })
  readonly description!: string | null;

  @ApiProperty({ type: 'integer', minimum: 1 })
  readonly version!: number;

  @ApiMoment()
  readonly created_at!: string;

  @ApiMoment()
  readonly updated_at!: string;
}

export const GroupPageAnswer = pageAnswer(GroupAnswer);

export class CreatedGroupAnswer extends ChangeAnswer {
  @ApiId()
  readonly id!: GroupId;
}

export class GroupMemberAnswer implements GroupMemberView {
  @ApiId()
  readonly tenant_id!: TenantId;

  @ApiId()
  readonly group_id!: GroupId;

  @ApiId()
  readonly user_id!: UserId;

  @ApiProperty({ enum: GROUP_ROLES })
  readonly role!: GroupRole;

  @ApiProperty({ type: String, nullable: true })
  readonly email!: string | null;

  @ApiProperty({ type: String, nullable: true })
  readonly display_name!: string | null;

  @ApiProperty({ description: "The user's: whoever is not active has no access, whatever the role." })
  readonly status!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'When the membership ends by itself; null: never.' })
  readonly expires_at!: string | null;

  @ApiProperty({ type: 'integer', minimum: 1 })
  readonly version!: number;

  @ApiMoment()
  readonly joined_at!: string;

  @ApiMoment()
  readonly updated_at!: string;
}

export const GroupMemberPageAnswer = pageAnswer(GroupMemberAnswer);

export class GroupBulkResultAnswer {
  @ApiProperty({ type: 'integer', minimum: 0, description: 'The place of the item in the request.' })
  readonly index!: number;

  @ApiProperty({ enum: ['done', 'refused'] })
  readonly status!: 'done' | 'refused';

  @ApiPropertyOptional({ type: 'integer', minimum: 1, description: 'Of the membership, when done.' })
  readonly version?: number;

  @ApiPropertyOptional({ description: 'The code of the error that this change alone would have been answered with, when refused.' })
  readonly code?: string;

  @ApiPropertyOptional({ description: 'Why, when refused.' })
  readonly detail?: string;
}

export class GroupBulkAnswer {
  @ApiProperty({ type: [GroupBulkResultAnswer], description: 'One for each item, in their order.' })
  readonly results!: readonly GroupBulkResultAnswer[];
}
