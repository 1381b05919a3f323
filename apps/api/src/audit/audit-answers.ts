import type { AuditEntryView } from '#governance';
import type { Actor, TenantId, WorkspaceId } from '#kernel';
import { ApiProperty } from '@nestjs/swagger';
import { ActorAnswer } from '../request/actor-answer.ts';
import { ApiId, ApiMoment, pageAnswer } from '../request/answers.ts';

class AuditTargetAnswer {
  @ApiProperty({ example: 'operation' })
  readonly type!: string;

  @ApiProperty()
  readonly id!: string;
}

const maybeId = { type: String, nullable: true, pattern: '^[0-9A-HJKMNP-TV-Z]{26}$' } as const;
const maybeState = { type: 'object', additionalProperties: true, nullable: true } as const;

export class AuditEntryAnswer implements AuditEntryView {
  @ApiId()
  readonly id!: string;

  @ApiProperty({ ...maybeId, description: 'Null: it is about the platform.' })
  readonly tenant_id!: TenantId | null;

  @ApiProperty(maybeId)
  readonly workspace_id!: WorkspaceId | null;

  @ApiProperty({ type: ActorAnswer })
  readonly actor!: Actor;

  @ApiProperty({ example: 'operation.requested' })
  readonly action!: string;

  @ApiProperty({ type: AuditTargetAnswer })
  readonly target!: AuditTargetAnswer;

  @ApiProperty(maybeState)
  readonly before!: AuditEntryView['before'];

  @ApiProperty(maybeState)
  readonly after!: AuditEntryView['after'];

  @ApiProperty({ description: 'Of the request or command by which it was done.' })
  readonly request_id!: string;

  @ApiMoment()
  readonly occurred_at!: string;
}

export const AuditEntryPageAnswer = pageAnswer(AuditEntryAnswer);
