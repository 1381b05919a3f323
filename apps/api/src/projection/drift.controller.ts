import { Idempotency, RequiresPlatform, validated } from '#http';
import type { ExecutionContext } from '#kernel';
import { DriftDesk } from '#outbox';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Context } from '../request/parameters.ts';
import { AcceptedOperationAnswer, RepairBody, VerificationBody } from './drift-bodies.ts';

@ApiTags('operations')
@Controller('v1/platform/projection')
export class DriftController {
  constructor(private readonly desk: DriftDesk) {}

  @Post('verifications')
  @HttpCode(202)
  @RequiresPlatform()
  @Idempotency('key')
  @ApiOperation({
    summary: 'Verify the graph',
    description:
      'Compares the permission graph with the rows and names each difference. Its operation has the result: counts by kind, and up to 1,000 findings.',
  })
  @ApiAcceptedResponse({ type: AcceptedOperationAnswer })
  async verify(@Context() context: ExecutionContext, @Body(validated) body: VerificationBody): Promise<AcceptedOperationAnswer> {
    const { tenant_id: tenant } = body;
    const { id } = await this.desk.verify(context, tenant === undefined ? {} : { tenant });
    return { id };
  }

  @Post('repairs')
  @HttpCode(202)
  @RequiresPlatform()
  @Idempotency('key')
  @ApiOperation({
    summary: 'Repair the graph',
    description:
      'Puts right what verifying names, through the workers, while everything runs. Its operation fails, with nothing changed, when too much would be taken away.',
  })
  @ApiAcceptedResponse({ type: AcceptedOperationAnswer })
  async repair(@Context() context: ExecutionContext, @Body(validated) body: RepairBody): Promise<AcceptedOperationAnswer> {
    const { tenant_id: tenant, dry_run: dryRun, prune_cap: pruneCap } = body;
    const wish = { dryRun, ...(tenant !== undefined && { tenant }), ...(pruneCap !== undefined && { pruneCap }) };
    const { id } = await this.desk.repair(context, wish);
    return { id };
  }
}
