import { IsId, IsMoment, IsTextOf, MayBeAbsent, MayBeNull } from '#http';
import { GROUP_DESCRIPTION_MAX_LENGTH, GROUP_NAME_MAX_LENGTH, GROUP_ROLES, type GroupRole } from '#iam';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';

const name = {
  type: String,
  minLength: 1,
  maxLength: GROUP_NAME_MAX_LENGTH,
  description: 'Unique in the tenant, whatever the case. Blanks around it are dropped.',
};
const description = { type: String, nullable: true, minLength: 1, maxLength: GROUP_DESCRIPTION_MAX_LENGTH };
const role = { enum: GROUP_ROLES };
const message = `must be one of ${GROUP_ROLES.join(', ')}`;
const end = { type: String, format: 'date-time', nullable: true } as const;

export class CreateGroupBody {
  @ApiProperty({ ...name, example: 'Billing' })
  @IsTextOf(1, GROUP_NAME_MAX_LENGTH)
  name!: string;

  @ApiPropertyOptional(description)
  @MayBeNull()
  @IsTextOf(1, GROUP_DESCRIPTION_MAX_LENGTH)
  description?: string | null;
}

/** A merge patch: what is left out stays. */
export class ChangeGroupBody {
  @ApiPropertyOptional(name)
  @MayBeAbsent()
  @IsTextOf(1, GROUP_NAME_MAX_LENGTH)
  name?: string;

  @ApiPropertyOptional(description)
  @MayBeNull()
  @IsTextOf(1, GROUP_DESCRIPTION_MAX_LENGTH)
  description?: string | null;
}

export class AddGroupMemberBody {
  @ApiProperty({ type: String, example: '01JD8M3T5W0000000000000000' })
  @IsId()
  user_id!: string;

  @ApiProperty(role)
  @IsIn(GROUP_ROLES, { message })
  role!: GroupRole;

  @ApiPropertyOptional({
    ...end,
    description: 'When the membership ends by itself: in the future, and no later than your own. Null: never.',
  })
  @MayBeNull()
  @IsMoment()
  expires_at?: string | null;
}

/** A merge patch: null takes the end away. */
export class ChangeGroupMemberBody {
  @ApiPropertyOptional(role)
  @MayBeAbsent()
  @IsIn(GROUP_ROLES, { message })
  role?: GroupRole;

  @ApiPropertyOptional({ ...end, description: 'When the membership ends by itself. Null takes the end away.' })
  @MayBeNull()
  @IsMoment()
  expires_at?: string | null;
}
