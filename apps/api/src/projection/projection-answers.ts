import type { OperationId } from '#governance';
import { ApiProperty } from '@nestjs/swagger';
import { ApiId, ApiMoment, pageAnswer } from '../request/answers.ts';

const nullable = (type: unknown = String) => ({ type, nullable: true }) as { type: typeof String; nullable: true };
const anything = { type: 'object', additionalProperties: true } as const;

/** Long work that was begun: see the operation. */
export class BegunOperationAnswer {
  @ApiId('Of the operation')
  readonly id!: OperationId;

  @ApiProperty({ type: 'integer', minimum: 1 })
  readonly version!: number;
}

export class EventAnswer {
  @ApiProperty({ type: String, pattern: '^\\d+$' })
  readonly position!: string;

  @ApiMoment()
  readonly committed_at!: string;

  @ApiProperty(nullable())
  readonly tenant_id!: string | null;

  @ApiProperty({ ...nullable(), description: 'Null, with what it is about: on the list, but no longer in the log.' })
  readonly type!: string | null;

  @ApiProperty(nullable())
  readonly aggregate_type!: string | null;

  @ApiProperty(nullable())
  readonly aggregate_id!: string | null;

  @ApiProperty()
  readonly revoking!: boolean;

  @ApiProperty({ enum: ['pending', 'dead', 'applied'] })
  readonly state!: string;

  @ApiProperty({ type: 'integer', description: 'How often it was set aside.' })
  readonly attempts!: number;

  @ApiProperty(nullable())
  readonly last_error!: string | null;

  @ApiProperty({ ...nullable(), description: 'The operation that put it back on the list.' })
  readonly replayed_by!: string | null;

  @ApiProperty({ ...anything, nullable: true })
  readonly actor!: unknown;

  @ApiProperty(nullable())
  readonly request_id!: string | null;
}

export const EventPageAnswer = pageAnswer(EventAnswer);

/** The schemas of answers that are for reading rather than for programs: their members are told in words. */
export const told = (description: string) => ({ description, schema: anything });
