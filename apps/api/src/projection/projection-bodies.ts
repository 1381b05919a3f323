import { IsTextOf, IsWholeNumber, MayBeAbsent } from '#http';
import { mostShards, mostTenants, PAUSE_LEVELS, selectorFields, type PauseLevel } from '#outbox';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, IsString, Matches, Max, Min } from 'class-validator';

export class StatusQuery {
  @ApiPropertyOptional({ type: String, description: 'Also the backlog of the tenant with this id or slug.', example: 'acme' })
  @MayBeAbsent()
  @IsString()
  tenant?: string;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: mostTenants, description: 'Also the tenants with the largest backlog.' })
  @MayBeAbsent()
  @IsWholeNumber(1, mostTenants)
  tenants?: string;
}

const reason = {
  type: String,
  minLength: 1,
  maxLength: 500,
  description: 'For whoever reads the audit trail.',
  example: 'a fault that was mended',
};

export class DiscardEventBody {
  @ApiProperty({ type: String, pattern: '^\\d{1,19}$', example: selectorFields.from_position.example })
  @IsString({ message: 'must be text' })
  @Matches(/^[1-9]\d{0,17}$/, { message: 'must be a position: a whole number from 1' })
  position!: string;

  @ApiProperty(reason)
  @IsTextOf(1, 500)
  reason!: string;
}

class ShardBody {
  @ApiProperty({ type: 'integer', minimum: 0, maximum: 32_767, example: 0 })
  @IsInt({ message: 'must be a whole number' })
  @Min(0, { message: 'must be 0 or more' })
  @Max(32_767, { message: 'must be 32767 at most' })
  shard!: number;
}

export class PauseShardBody extends ShardBody {
  @ApiProperty({ enum: PAUSE_LEVELS, description: '`grants`: removals go on. `all`: people keep access that was taken from them.' })
  @IsIn(PAUSE_LEVELS, { message: `must be one of ${PAUSE_LEVELS.join(', ')}` })
  level!: PauseLevel;

  @ApiProperty(reason)
  @IsTextOf(1, 500)
  reason!: string;
}

export class ResumeShardBody extends ShardBody {}

export class ReshardBody {
  @ApiProperty({ type: 'integer', minimum: 1, maximum: mostShards, example: 4, description: 'Beside that of the platform.' })
  @IsInt({ message: 'must be a whole number' })
  @Min(1, { message: 'must be 1 or more' })
  @Max(mostShards, { message: `must be ${mostShards} at most` })
  shards!: number;
}

const day = { type: String, format: 'date', example: '2026-01-31', description: 'The first day (UTC) that stays.' };
const mustBeDay = { message: 'must be a day such as 2026-01-31' };

export class PurgeLogBody {
  @ApiProperty(day)
  @IsString(mustBeDay)
  @Matches(/^\d{4}-\d\d-\d\d$/, mustBeDay)
  before!: string;
}

export class PurgePreviewQuery {
  @ApiProperty(day)
  @IsString(mustBeDay)
  @Matches(/^\d{4}-\d\d-\d\d$/, mustBeDay)
  before!: string;
}
