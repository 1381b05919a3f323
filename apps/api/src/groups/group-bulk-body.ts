import { IsId, ValidationFailed, validItem } from '#http';
import { GROUP_BULK_MAX_ITEMS, GROUP_ROLES, type GroupBulkItem } from '#iam';
import type { FieldError, UserId } from '#kernel';
import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsIn } from 'class-validator';
import { endOf } from '../members/member-bodies.ts';
import { AddGroupMemberBody } from './group-bodies.ts';

const ops = ['add', 'remove'];

class Addition extends AddGroupMemberBody {
  @IsIn(ops)
  op!: 'add';
}

class Removal {
  @IsIn(ops)
  op!: 'remove';

  @IsId()
  user_id!: string;
}

const someone = { type: 'string', example: '01JD8M3T5W0000000000000000' };

/** A list of at most so many items; what each of them is, is looked at one by one. */
export class GroupBulkBody {
  @ApiProperty({
    type: 'array',
    minItems: 1,
    maxItems: GROUP_BULK_MAX_ITEMS,
    items: {
      oneOf: [
        {
          type: 'object',
          additionalProperties: false,
          required: ['op', 'user_id', 'role'],
          properties: {
            op: { enum: ['add'] },
            user_id: someone,
            role: { enum: [...GROUP_ROLES] },
            expires_at: { type: 'string', format: 'date-time', nullable: true },
          },
        },
        {
          type: 'object',
          additionalProperties: false,
          required: ['op', 'user_id'],
          properties: { op: { enum: ['remove'] }, user_id: someone },
        },
      ],
    },
    example: [{ op: 'add', user_id: '01JD8M3T5W0000000000000000', role: 'member' }],
  })
  @ArrayMaxSize(GROUP_BULK_MAX_ITEMS, { message: `must have at most ${GROUP_BULK_MAX_ITEMS} items` })
  @ArrayMinSize(1, { message: 'must have at least one item' })
  @IsArray({ message: 'must be a list' })
  items!: readonly unknown[];
}

/** The items as the command takes them. One that has not the form of an item refuses all: it is the request that is wrong. Throws `ValidationFailed`. */
export function itemsIn({ items }: GroupBulkBody): GroupBulkItem[] {
  const errors: FieldError[] = [];
  const taken = items.map((item, index) => itemIn(item, `/items/${index}`, errors));
  if (errors.length > 0) throw new ValidationFailed(errors);
  return taken as GroupBulkItem[];
}

function itemIn(item: unknown, pointer: string, errors: FieldError[]): GroupBulkItem | null {
  const op = (item as { op?: unknown } | null | undefined)?.op;
  if (op !== 'add' && op !== 'remove') {
    errors.push({ pointer: `${pointer}/op`, detail: `must be one of ${ops.join(', ')}` });
    return null;
  }
  if (op === 'remove') {
    const removal = validItem(Removal, item, pointer, errors);
    return removal && { op, userId: removal.user_id as UserId };
  }
  const addition = validItem(Addition, item, pointer, errors);
  return addition && { op, userId: addition.user_id as UserId, role: addition.role, ...endOf(addition.expires_at) };
}
