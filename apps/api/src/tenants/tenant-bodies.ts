import { IsTextOf, MayBeAbsent, MayBeNull, PageQuery } from '#http';
import {
  EXTERNAL_ID_MAX_LENGTH,
  TENANT_METADATA_MAX_BYTES,
  TENANT_NAME_MAX_LENGTH,
  TENANT_SLUG_MAX_LENGTH,
  TENANT_SLUG_MIN_LENGTH,
  TENANT_SLUG_PATTERN,
} from '#iam';
import { IsId } from '#http';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsObject, Matches } from 'class-validator';

const name = { type: String, minLength: 1, maxLength: TENANT_NAME_MAX_LENGTH, description: 'Blanks around it are dropped.' };
const externalId = {
  type: String,
  nullable: true,
  minLength: 1,
  maxLength: EXTERNAL_ID_MAX_LENGTH,
  description: 'What another system calls this tenant; unique on the platform.',
};
const metadata = {
  type: 'object' as const,
  additionalProperties: true,
  description: `Anything worth keeping with the tenant, at most ${TENANT_METADATA_MAX_BYTES} bytes of JSON.`,
};

export class CreateTenantBody {
  @ApiProperty({ ...name, example: 'Acme Ltd' })
  @IsTextOf(1, TENANT_NAME_MAX_LENGTH)
  name!: string;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    minLength: TENANT_SLUG_MIN_LENGTH,
    maxLength: TENANT_SLUG_MAX_LENGTH,
    pattern: TENANT_SLUG_PATTERN.source,
    description: 'Part of URLs. Made from the name when left out. Some words are reserved.',
    example: 'acme',
  })
  @MayBeNull()
  @Matches(TENANT_SLUG_PATTERN, {
    message: `must be ${TENANT_SLUG_MIN_LENGTH} to ${TENANT_SLUG_MAX_LENGTH} lower-case letters, digits and hyphens, with no hyphen at either end`,
  })
  slug?: string | null;

  @ApiPropertyOptional(externalId)
  @MayBeNull()
  @IsTextOf(1, EXTERNAL_ID_MAX_LENGTH, { trimmed: false })
  external_id?: string | null;

  @ApiPropertyOptional(metadata)
  @MayBeAbsent()
  @IsObject({ message: 'must be an object' })
  metadata?: object;
}

/** A merge patch: what is left out stays. */
export class ChangeTenantBody {
  @ApiPropertyOptional(name)
  @MayBeAbsent()
  @IsTextOf(1, TENANT_NAME_MAX_LENGTH)
  name?: string;

  @ApiPropertyOptional(externalId)
  @MayBeNull()
  @IsTextOf(1, EXTERNAL_ID_MAX_LENGTH, { trimmed: false })
  external_id?: string | null;

  @ApiPropertyOptional({ ...metadata, nullable: true })
  @MayBeNull()
  @IsObject({ message: 'must be an object' })
  metadata?: object | null;
}

export class FirstAdminBody {
  @ApiProperty({ type: String, description: 'Who becomes admin. Need not be a member yet.' })
  @IsId()
  user_id!: string;
}

export class ListTenantsQuery extends PageQuery {
  @ApiPropertyOptional({ enum: ['mine', 'all'], default: 'mine', description: '`all` is for platform admins.' })
  @MayBeAbsent()
  @IsIn(['mine', 'all'], { message: 'must be mine or all' })
  scope?: 'mine' | 'all';
}
