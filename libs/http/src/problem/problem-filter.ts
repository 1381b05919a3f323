import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { failureOf, problemMediaType, problemOf, type Failure } from './problem.ts';

/** Told of every failure that is worth an operator's attention; never of what a caller did wrong. */
export abstract class FailureLog {
  abstract failed(request: FastifyRequest, failure: Failure, error: unknown): void;
}

export function sendFailure(reply: FastifyReply, request: FastifyRequest, failure: Failure): void {
  reply
    .code(failure.status)
    .headers(failure.headers)
    .header('content-type', problemMediaType)
    .send(JSON.stringify(problemOf(failure, request.id)));
}

/** Answers everything that was thrown, wherever: one shape, one table, and never the words of an engine. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly log: FailureLog) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const failure = failureOf(error);
    if (failure.status >= 500) this.log.failed(request, failure, error);
    if (reply.sent || reply.raw.headersSent) return;
    sendFailure(reply, request, failure);
  }
}
