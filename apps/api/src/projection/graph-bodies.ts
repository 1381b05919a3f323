import { IsId, MayBeAbsent } from '#http';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsInt, Max, Min } from 'class-validator';

const mostPruned = 1_000_000_000;

export class VerificationBody {
  @ApiPropertyOptional({
    type: String,
    example: '01JD8M3T5W0000000000000000',
    description: 'Only what belongs to this tenant. Default: everything.',
  })
  @MayBeAbsent()
  @IsId()
  tenant_id?: string;
}

export class RepairBody extends VerificationBody {
  @ApiProperty({ description: 'Only say what would be done.' })
  @IsBoolean({ message: 'must be true or false' })
  dry_run!: boolean;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    maximum: mostPruned,
    description: 'The most relationships that may go. Default: 1,000, or a twentieth of the graph when that is more.',
  })
  @MayBeAbsent()
  @IsInt({ message: 'must be a whole number' })
  @Min(0)
  @Max(mostPruned)
  prune_cap?: number;
}

export class RebuildBody {
  @ApiPropertyOptional({
    description:
      'Declare the graph lost and make it anew, in another epoch: checks answer 503 meanwhile. Default: the graph in use is made again, and everything goes on.',
  })
  @MayBeAbsent()
  @IsBoolean({ message: 'must be true or false' })
  from_scratch?: boolean;
}
