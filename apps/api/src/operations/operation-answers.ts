import { OPERATION_STATES, type JsonObject, type OperationId, type OperationState, type OperationView } from '#governance';
import type { Actor, TenantId } from '#kernel';
import { ApiProperty } from '@nestjs/swagger';
import { ActorAnswer } from '../request/actor-answer.ts';
import { ApiId, ApiMoment, ChangeAnswer, pageAnswer } from '../request/answers.ts';

class ProgressAnswer {
  @ApiProperty({ type: 'integer', minimum: 0 })
  readonly done!: number;

  @ApiProperty({ type: 'integer', minimum: 0, nullable: true, description: 'Null while nobody knows.' })
  readonly total!: number | null;

  @ApiProperty({ type: String, nullable: true, description: 'What is under way, in words.' })
  readonly step!: string | null;
}

class FailureAnswer {
  @ApiProperty({ example: 'internal' })
  readonly code!: string;

  @ApiProperty()
  readonly message!: string;
}

const maybeId = { type: String, nullable: true, pattern: '^[0-9A-HJKMNP-TV-Z]{26}$' } as const;
const maybeMoment = { type: String, format: 'date-time', nullable: true } as const;

export class OperationAnswer implements OperationView {
  @ApiId()
  readonly id!: OperationId;

  @ApiProperty({ ...maybeId, description: 'Null: it is about the platform.' })
  readonly tenant_id!: TenantId | null;

  @ApiProperty({ example: 'verify' })
  readonly kind!: string;

  @ApiProperty({ enum: OPERATION_STATES })
  readonly state!: OperationState;

  @ApiProperty({ type: ProgressAnswer })
  readonly progress!: ProgressAnswer;

  @ApiProperty({ type: 'object', additionalProperties: true, description: 'What was asked for.' })
  readonly input!: JsonObject;

  @ApiProperty({ type: 'object', additionalProperties: true, nullable: true, description: 'Of one that succeeded.' })
  readonly result!: JsonObject | null;

  @ApiProperty({ type: FailureAnswer, nullable: true, description: 'Of one that failed.' })
  readonly failure!: FailureAnswer | null;

  @ApiProperty({ type: ActorAnswer })
  readonly requested_by!: Actor;

  @ApiProperty({ ...maybeId, description: 'The one that this goes on with.' })
  readonly retry_of!: OperationId | null;

  @ApiProperty({ description: 'It ends soon.' })
  readonly cancel_requested!: boolean;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'How often a worker began it since it last got on.' })
  readonly attempts!: number;

  @ApiProperty({ description: 'It should have been taken up for seconds, and no worker is at any operation: start one.' })
  readonly waiting_for_worker!: boolean;

  @ApiProperty({ type: 'integer', minimum: 1 })
  readonly version!: number;

  @ApiMoment()
  readonly created_at!: string;

  @ApiProperty(maybeMoment)
  readonly started_at!: string | null;

  @ApiProperty(maybeMoment)
  readonly finished_at!: string | null;
}

export const OperationPageAnswer = pageAnswer(OperationAnswer);

export class RequestedOperationAnswer extends ChangeAnswer {
  @ApiId()
  readonly id!: OperationId;
}
