import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsString } from 'class-validator';
import { IsWholeNumber, MayBeAbsent } from '../validation/members.ts';
import { decodeCursor, defaultPageSize, encodeCursor, maxPageSize, type CursorScope } from './cursor.ts';

/** What every list takes. Subclasses add their filters. */
export class PageQuery {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: maxPageSize,
    default: defaultPageSize,
    description: 'Items of a page at most',
  })
  @MayBeAbsent()
  @IsWholeNumber(1, maxPageSize)
  page_size?: string;

  @ApiPropertyOptional({ type: String, description: 'next_cursor of the page before' })
  @MayBeAbsent()
  @IsString()
  cursor?: string;

  get pageSize(): number {
    return this.page_size === undefined ? defaultPageSize : Number(this.page_size);
  }

  /** Where the page starts, or undefined for the first. Throws `InvalidCursor`. */
  position(scope: CursorScope, length = 1): readonly string[] | undefined {
    return this.cursor === undefined ? undefined : decodeCursor(scope, this.cursor, length);
  }
}

export interface Page<Item> {
  readonly items: readonly Item[];
  /** Null on the last page. */
  readonly next_cursor: string | null;
}

export function pageOf<Item>(items: readonly Item[], scope: CursorScope, next: readonly string[] | null): Page<Item> {
  return { items, next_cursor: next && encodeCursor(scope, next) };
}
