import { IsId, IsMoment, MayBeAbsent, MayBeNull } from '#http';
import { TENANT_ROLES, type TenantRole } from '#iam';
import { ApiProperty } from '@nestjs/swagger';
import { IsIn } from 'class-validator';

const role = { enum: TENANT_ROLES };
const message = `must be one of ${TENANT_ROLES.join(', ')}`;
const expiresAt = { type: String, format: 'date-time', nullable: true, required: false } as const;

export class AddMemberBody {
  @ApiProperty({ type: String, example: '01JD8M3T5W0000000000000000' })
  @IsId()
  user_id!: string;

  @ApiProperty(role)
  @IsIn(TENANT_ROLES, { message })
  role!: TenantRole;

  @ApiProperty({ ...expiresAt, description: 'When the membership ends by itself: in the future, and no later than your own. Null: never.' })
  @MayBeNull()
  @IsMoment()
  expires_at?: string | null;
}

/** A merge patch: null takes the end away. */
export class ChangeMemberBody {
  @ApiProperty({ ...role, required: false })
  @MayBeAbsent()
  @IsIn(TENANT_ROLES, { message })
  role?: TenantRole;

  @ApiProperty({ ...expiresAt, description: 'When the membership ends by itself. Null takes the end away.' })
  @MayBeNull()
  @IsMoment()
  expires_at?: string | null;
}

/** Absent stays absent, null stays null. */
export const endOf = (expiresAt: string | null | undefined): { expiresAt?: Date | null } =>
  expiresAt === undefined ? {} : { expiresAt: expiresAt === null ? null : new Date(expiresAt) };
