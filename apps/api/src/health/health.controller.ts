import { AuthorizationProvider } from '#authorization';
import { Database } from '#database';
import { Idempotency, NotRateLimited, Public } from '#http';
import { healthOf, type HealthProbe, type HealthReport } from '#observability';
import { GraphEpoch, ProjectionMonitor } from '#outbox';
import { Controller, Get, Header, Res } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiOkResponse, ApiOperation, ApiProperty, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Registry } from 'prom-client';
import { Lifecycle } from './lifecycle.ts';
import { GraphProbe, PostgresProbe, ProjectionProbe } from './probes.ts';

class AliveAnswer {
  @ApiProperty({ enum: ['ok'] })
  readonly status!: 'ok';
}

class ReadinessAnswer {
  @ApiProperty({ enum: ['ok', 'degraded', 'down', 'stopping'] })
  readonly status!: string;

  @ApiProperty({ type: [String], description: 'Parts that do not work, or only in part.' })
  readonly degraded!: readonly string[];

  @ApiProperty({ type: 'object', additionalProperties: true })
  readonly parts!: HealthReport['parts'];
}

@ApiTags('operations')
@Controller()
export class HealthController {
  private readonly probes: readonly HealthProbe[];

  constructor(
    database: Database,
    graph: AuthorizationProvider,
    epochs: GraphEpoch,
    monitor: ProjectionMonitor,
    private readonly lifecycle: Lifecycle,
  ) {
    this.probes = [new PostgresProbe(database), new GraphProbe(graph, epochs), new ProjectionProbe(monitor)];
  }

  @Get('healthz')
  @Public()
  @NotRateLimited()
  @Idempotency('safe')
  @ApiOperation({ summary: 'Is the process alive?', description: 'Asks nothing else: restart it when this fails.' })
  @ApiOkResponse({ type: AliveAnswer })
  alive(): AliveAnswer {
    return { status: 'ok' };
  }

  @Get('readyz')
  @Public()
  @NotRateLimited()
  @Idempotency('safe')
  @ApiOperation({ summary: 'Can it serve?', description: 'Degraded parts are named; 503 only when it cannot serve.' })
  @ApiOkResponse({ type: ReadinessAnswer })
  @ApiServiceUnavailableResponse({ type: ReadinessAnswer })
  @Header('cache-control', 'no-store')
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<ReadinessAnswer> {
    if (this.lifecycle.isStopping) {
      reply.code(503);
      return { status: 'stopping', degraded: [], parts: {} };
    }
    const report = await healthOf(this.probes);
    if (report.status === 'down') reply.code(503);
    return report;
  }
}

/** For Prometheus, on the same port: whoever must not read it is kept away by the proxy in front, or by HOST. */
@ApiTags('operations')
@Controller('metrics')
export class MetricsController {
  constructor(private readonly registry: Registry) {}

  @Get()
  @Public()
  @NotRateLimited()
  @Idempotency('safe')
  @ApiExcludeEndpoint()
  @Header('content-type', Registry.PROMETHEUS_CONTENT_TYPE)
  read(): Promise<string> {
    return this.registry.metrics();
  }
}
