import { IsId, IsMoment, MayBeAbsent, MayBeNull } from '#http';
import { MEMBER_SUBJECT_TYPES, WORKSPACE_ROLES, type MemberSubject, type WorkspaceRole } from '#iam';
import { isUlid } from '#kernel';
import { ApiProperty } from '@nestjs/swagger';
import { IsIn, ValidateBy } from 'class-validator';

const role = { enum: WORKSPACE_ROLES };
const message = `must be one of ${WORKSPACE_ROLES.join(', ')}`;
const expiresAt = { type: String, format: 'date-time', nullable: true, required: false } as const;
const id = { type: 'string', pattern: '^[0-9A-HJKMNP-TV-Z]{26}$' } as const;

/** What a body and an answer name a member by. */
export const subjectSchema = {
  type: 'object' as const,
  properties: { type: { type: 'string' as const, enum: [...MEMBER_SUBJECT_TYPES] }, id },
  required: ['type', 'id'],
  selfRequired: true,
  additionalProperties: false,
  example: { type: 'user', id: '01JD8M3T5W0000000000000000' },
};

const subjectTypes: readonly unknown[] = MEMBER_SUBJECT_TYPES;

function isSubject(value: unknown): value is MemberSubject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const { type, id: subjectId, ...unknown } = value as Record<string, unknown>;
  return subjectTypes.includes(type) && typeof subjectId === 'string' && isUlid(subjectId) && Object.keys(unknown).length === 0;
}

function IsSubject(): PropertyDecorator {
  const detail = `must be an object of type (${MEMBER_SUBJECT_TYPES.join(', ')}) and id (ULID)`;
  return ValidateBy({ name: 'isSubject', validator: { validate: isSubject, defaultMessage: () => detail } });
}

export class AddWorkspaceMemberBody {
  @ApiProperty(subjectSchema)
  @IsSubject()
  subject!: MemberSubject;

  @ApiProperty(role)
  @IsIn(WORKSPACE_ROLES, { message })
  role!: WorkspaceRole;

  @ApiProperty({
    ...expiresAt,
    description: 'When the role ends by itself: in the future, no later than your own; only for users. Null: never.',
  })
  @MayBeNull()
  @IsMoment()
  expires_at?: string | null;
}

/** A merge patch: null takes the end away. */
export class ChangeWorkspaceMemberBody {
  @ApiProperty({ ...role, required: false })
  @MayBeAbsent()
  @IsIn(WORKSPACE_ROLES, { message })
  role?: WorkspaceRole;

  @ApiProperty({ ...expiresAt, description: 'When the role ends by itself. Null takes the end away.' })
  @MayBeNull()
  @IsMoment()
  expires_at?: string | null;
}

export class TransferOwnershipBody {
  @ApiProperty({
    type: String,
    example: '01JD8M3T5W0000000000000000',
    description: 'The member of the tenant who is to own the workspace.',
  })
  @IsId()
  user_id!: string;
}

/** Absent stays absent, null stays null. */
export const endOf = (expires: string | null | undefined): { expiresAt?: Date | null } =>
  expires === undefined ? {} : { expiresAt: expires === null ? null : new Date(expires) };
