import { WORKSPACE_ROLES, type MemberSubject, type TransferredOwnership, type WorkspaceMemberView, type WorkspaceRole } from '#iam';
import type { TenantId, UserId, WorkspaceId } from '#kernel';
import { ApiProperty } from '@nestjs/swagger';
import { ApiId, ApiMoment, pageAnswer } from '../request/answers.ts';
import { subjectSchema } from './workspace-member-bodies.ts';

export class WorkspaceMemberAnswer implements WorkspaceMemberView {
  @ApiId()
  readonly tenant_id!: TenantId;

  @ApiId()
  readonly workspace_id!: WorkspaceId;

  @ApiProperty(subjectSchema)
  readonly subject!: MemberSubject;

  @ApiProperty({ enum: WORKSPACE_ROLES })
  readonly role!: WorkspaceRole;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'When the role ends by itself; null: never.' })
  readonly expires_at!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Of the user, or of the group.' })
  readonly name!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Null for a group.' })
  readonly email!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: "The user's: whoever is not active has no access, whatever the role. Null for a group.",
  })
  readonly status!: string | null;

  @ApiProperty({ type: 'integer', minimum: 1 })
  readonly version!: number;

  @ApiMoment()
  readonly joined_at!: string;

  @ApiMoment()
  readonly updated_at!: string;
}

export const WorkspaceMemberPageAnswer = pageAnswer(WorkspaceMemberAnswer);

class OwnershipHolderAnswer {
  @ApiId()
  readonly user_id!: UserId;

  @ApiProperty({ enum: WORKSPACE_ROLES })
  readonly role!: WorkspaceRole;

  @ApiProperty({ type: 'integer', minimum: 1, description: 'The new version of the membership, its ETag.' })
  readonly version!: number;
}

export class TransferredOwnershipAnswer implements TransferredOwnership {
  @ApiProperty({ type: OwnershipHolderAnswer })
  readonly owner!: OwnershipHolderAnswer;

  @ApiProperty({
    type: OwnershipHolderAnswer,
    nullable: true,
    description: 'You, now an admin. Null when you held no ownership of your own here, and so keep what you had.',
  })
  readonly previous_owner!: OwnershipHolderAnswer | null;
}
