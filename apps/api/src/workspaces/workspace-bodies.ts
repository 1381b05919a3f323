import { IsId, IsTextOf, MayBeAbsent, MayBeNull } from '#http';
import { WORKSPACE_NAME_MAX_LENGTH, WORKSPACE_SLUG_MAX_LENGTH, WORKSPACE_SLUG_MIN_LENGTH, WORKSPACE_SLUG_PATTERN } from '#iam';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, Matches } from 'class-validator';

const name = {
  type: String,
  minLength: 1,
  maxLength: WORKSPACE_NAME_MAX_LENGTH,
  description: 'Blanks around it are dropped. Unique among siblings, whatever the case.',
};
const slug = {
  type: String,
  minLength: WORKSPACE_SLUG_MIN_LENGTH,
  maxLength: WORKSPACE_SLUG_MAX_LENGTH,
  pattern: WORKSPACE_SLUG_PATTERN.source,
};
const slugForm = {
  message: `must be ${WORKSPACE_SLUG_MIN_LENGTH} to ${WORKSPACE_SLUG_MAX_LENGTH} lower-case letters, digits and hyphens, with no hyphen at either end`,
};
const truth = { message: 'must be true or false' };

export class CreateWorkspaceBody {
  @ApiProperty({ ...name, example: 'Research' })
  @IsTextOf(1, WORKSPACE_NAME_MAX_LENGTH)
  name!: string;

  @ApiPropertyOptional({
    ...slug,
    nullable: true,
    description: 'Unique in the tenant. Made from the name when left out.',
    example: 'research',
  })
  @MayBeNull()
  @Matches(WORKSPACE_SLUG_PATTERN, slugForm)
  slug?: string | null;

  @ApiPropertyOptional({ type: Boolean, default: true, description: 'Whether roles of the parent count in it.' })
  @MayBeAbsent()
  @IsBoolean(truth)
  inherit?: boolean;
}

/** A merge patch: what is left out stays. */
export class ChangeWorkspaceBody {
  @ApiPropertyOptional(name)
  @MayBeAbsent()
  @IsTextOf(1, WORKSPACE_NAME_MAX_LENGTH)
  name?: string;

  @ApiPropertyOptional({ ...slug, description: 'Unique in the tenant.' })
  @MayBeAbsent()
  @Matches(WORKSPACE_SLUG_PATTERN, slugForm)
  slug?: string;
}

export class MoveWorkspaceBody {
  @ApiProperty({ type: String, example: '01JD8M3T5W0000000000000000', description: 'The new parent, in the same tenant.' })
  @IsId()
  parent_id!: string;
}

export class InheritanceBody {
  @ApiProperty({ type: Boolean, description: 'Whether roles of the parent count here and below.' })
  @IsBoolean(truth)
  inherit!: boolean;
}

export class ArchiveWorkspaceBody {
  @ApiPropertyOptional({ type: Boolean, default: false, description: 'Everything active below it too; otherwise there must be nothing.' })
  @MayBeAbsent()
  @IsBoolean(truth)
  subtree?: boolean;
}
