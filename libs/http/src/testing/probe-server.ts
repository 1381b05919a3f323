import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { createHttpEdge, refuseUnexpectedBody, type HttpEdge } from '../edge/http-edge.ts';
import type { Failure } from '../problem/problem.ts';
import { FailureLog, ProblemFilter } from '../problem/problem-filter.ts';
import type { ForeignRoute } from '../routes/route-registry.ts';

/** Remembers what an operator would have been told. */
export class RememberedFailures extends FailureLog {
  readonly seen: { readonly failure: Failure; readonly error: unknown }[] = [];

  override failed(_request: unknown, failure: Failure, error: unknown): void {
    this.seen.push({ failure, error });
  }
}

@Module({})
class ProbeModule {}

export interface ProbeServer {
  readonly app: NestFastifyApplication;
  readonly edge: HttpEdge;
  readonly failures: RememberedFailures;
}

/** The HTTP edge as it runs in production, with the given controllers behind it. Throws what would stop the boot. */
export async function probeServer(controllers: Type[], foreign: readonly ForeignRoute[] = []): Promise<ProbeServer> {
  const edge = createHttpEdge(foreign);
  const failures = new RememberedFailures();
  const module: DynamicModule = { module: ProbeModule, controllers };
  const app = await NestFactory.create<NestFastifyApplication>(module, edge.adapter, {
    logger: false,
    bodyParser: false,
    abortOnError: false,
  });
  app.useGlobalGuards({
    canActivate: (context) => {
      refuseUnexpectedBody(context.switchToHttp().getRequest<FastifyRequest>());
      return true;
    },
  });
  app.useGlobalFilters(new ProblemFilter(failures));
  await app.init();
  await edge.instance.ready();
  return { app, edge, failures };
}
