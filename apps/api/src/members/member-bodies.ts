import { IsId } from '#http';
import { TENANT_ROLES, type TenantRole } from '#iam';
import { ApiProperty } from '@nestjs/swagger';
import { IsIn } from 'class-validator';

const role = { enum: TENANT_ROLES };
const message = `must be one of ${TENANT_ROLES.join(', ')}`;

export class AddMemberBody {
  @ApiProperty({ type: String, example: '01JD8M3T5W0000000000000000' })
  @IsId()
  user_id!: string;

  @ApiProperty(role)
  @IsIn(TENANT_ROLES, { message })
  role!: TenantRole;
}

export class ChangeMemberBody {
  @ApiProperty(role)
  @IsIn(TENANT_ROLES, { message })
  role!: TenantRole;
}
