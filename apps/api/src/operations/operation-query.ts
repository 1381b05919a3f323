import { OPERATION_STATES, type OperationState } from '#governance';
import { MayBeAbsent, PageQuery } from '#http';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, Matches } from 'class-validator';

const kindForm = '^[a-z_]{1,64}$';

export class ListOperationsQuery extends PageQuery {
  @ApiPropertyOptional({ type: String, pattern: kindForm, example: 'verify', description: 'Only these' })
  @MayBeAbsent()
  @Matches(new RegExp(kindForm), { message: 'must be a kind, such as verify' })
  kind?: string;

  @ApiPropertyOptional({ enum: OPERATION_STATES, description: 'Only those in this state' })
  @MayBeAbsent()
  @IsIn(OPERATION_STATES, { message: `must be one of ${OPERATION_STATES.join(', ')}` })
  state?: OperationState;
}
