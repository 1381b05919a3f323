import type { Page } from '#http';
import type { Type } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';

/** What a change made: the new version, which is also the ETag. */
export class ChangeAnswer {
  @ApiProperty({ type: 'integer', minimum: 1, description: 'The new version, also sent as ETag.' })
  readonly version!: number;
}

/** A class that documents a page of `item`. */
export function pageAnswer<Item>(item: Type<Item>): Type<Page<Item>> {
  class PageAnswer implements Page<Item> {
    @ApiProperty({ type: [item] })
    readonly items!: readonly Item[];

    @ApiProperty({ type: String, nullable: true, description: 'Send it as `cursor` to get the next page; null on the last one.' })
    readonly next_cursor!: string | null;
  }
  Object.defineProperty(PageAnswer, 'name', { value: `${item.name.replace(/Answer$/, '')}PageAnswer` });
  return PageAnswer;
}

const described = { type: String, format: 'date-time' } as const;

/** Documents a moment, in UTC. */
export const ApiMoment = (): PropertyDecorator => ApiProperty(described);

/** Documents an id. */
export const ApiId = (description?: string): PropertyDecorator =>
  ApiProperty({
    type: String,
    pattern: '^[0-9A-HJKMNP-TV-Z]{26}$',
    example: '01JD8M3T5W0000000000000000',
    ...(description && { description }),
  });
