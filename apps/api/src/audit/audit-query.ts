import { MayBeAbsent, PageQuery } from '#http';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { Matches } from 'class-validator';

const actionForm = '^[a-z_]{1,64}([.][a-z_]{1,64}){0,4}$';
const typeForm = '^[a-z_]{1,64}$';
const idForm = '^[!-~]{1,255}$';

export class ListAuditEntriesQuery extends PageQuery {
  @ApiPropertyOptional({
    type: String,
    pattern: actionForm,
    example: 'operation',
    description: 'What was done, or its first words: `operation` finds `operation.requested`.',
  })
  @MayBeAbsent()
  @Matches(new RegExp(actionForm), { message: 'must be an action or its first words, such as operation' })
  action?: string;

  @ApiPropertyOptional({ type: String, pattern: typeForm, example: 'operation', description: 'The type of what it was done to' })
  @MayBeAbsent()
  @Matches(new RegExp(typeForm), { message: 'must be a type, such as operation' })
  target_type?: string;

  @ApiPropertyOptional({ type: String, pattern: idForm, description: 'The id of what it was done to' })
  @MayBeAbsent()
  @Matches(new RegExp(idForm), { message: 'must be an id' })
  target_id?: string;
}
