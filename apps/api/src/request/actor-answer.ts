import type { Actor } from '#kernel';
import { ApiProperty } from '@nestjs/swagger';

/** Who did something. */
export class ActorAnswer {
  @ApiProperty({ enum: ['user', 'service', 'system'], description: 'system: the product itself, and operators at the command line.' })
  readonly kind!: Actor['kind'];

  @ApiProperty({ example: '01JD8M3T5W0000000000000000' })
  readonly id!: string;
}
