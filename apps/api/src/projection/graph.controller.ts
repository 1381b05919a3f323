import { Idempotency, RequiresPlatform, validated } from '#http';
import type { ExecutionContext } from '#kernel';
import { GraphDesk } from '#outbox';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Context } from '../request/parameters.ts';
import { RebuildBody, RepairBody, VerificationBody } from './graph-bodies.ts';
import { BegunOperationAnswer } from './projection-answers.ts';

@ApiTags('operations')
@Controller('v1/platform/projection')
export class GraphController {
  constructor(private readonly desk: GraphDesk) {}

  @Post('verifications')
  @HttpCode(202)
  @RequiresPlatform()
  @Idempotency('key')
  @ApiOperation({
    summary: 'Verify the graph',
    description:
      'Compares the permission graph with the rows and names each difference. Its operation has the result: counts by kind, and up to 1,000 findings.',
  })
  @ApiAcceptedResponse({ type: BegunOperationAnswer })
  verify(@Context() context: ExecutionContext, @Body(validated) body: VerificationBody): Promise<BegunOperationAnswer> {
    const { tenant_id: tenant } = body;
    return this.desk.verify(context, tenant === undefined ? {} : { tenant });
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
  @ApiAcceptedResponse({ type: BegunOperationAnswer })
  repair(@Context() context: ExecutionContext, @Body(validated) body: RepairBody): Promise<BegunOperationAnswer> {
    const { tenant_id: tenant, dry_run: dryRun, prune_cap: pruneCap } = body;
    const wish = { dryRun, ...(tenant !== undefined && { tenant }), ...(pruneCap !== undefined && { pruneCap }) };
    return this.desk.repair(context, wish);
  }

  @Post('rebuilds')
  @HttpCode(202)
  @RequiresPlatform()
  @Idempotency('key')
  @ApiOperation({
    summary: 'Rebuild the graph',
    description: 'Makes everything in the permission graph again from the rows, and takes away what no row makes. One at a time.',
  })
  @ApiAcceptedResponse({ type: BegunOperationAnswer })
  rebuild(@Context() context: ExecutionContext, @Body(validated) body: RebuildBody): Promise<BegunOperationAnswer> {
    return this.desk.rebuild(context, { fromScratch: body.from_scratch === true });
  }
}
