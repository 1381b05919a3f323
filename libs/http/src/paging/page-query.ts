import type { PageOf, PageRequest } from '#kernel';
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

  /** The page that was asked for, of the list that `scope` names. Throws `InvalidCursor` before anything is read. */
  async page<Row>(scope: CursorScope, read: (page: PageRequest) => Promise<PageOf<Row>>): Promise<Page<Row>> {
    const [after] = this.cursor === undefined ? [] : decodeCursor(scope, this.cursor);
    const { rows, next } = await read({ limit: this.pageSize, ...(after !== undefined && { after }) });
    return { items: rows, next_cursor: next === null ? null : encodeCursor(scope, [next]) };
  }
}

export interface Page<Item> {
  readonly items: readonly Item[];
  /** Null on the last page. */
  readonly next_cursor: string | null;
}
