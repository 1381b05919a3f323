import { MayBeAbsent, PageQuery } from '#http';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsString, MaxLength } from 'class-validator';

export class ListUsersQuery extends PageQuery {
  @ApiPropertyOptional({ type: String, maxLength: 320, description: 'Exactly this address, in capitals or not.' })
  @MayBeAbsent()
  @IsString()
  @MaxLength(320, { message: 'must have at most 320 characters' })
  email?: string;
}
