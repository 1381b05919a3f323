import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { failureOf, problemMediaType, problemOf, type Failure } from './problem.ts';

/** Told of every failure whose cause an operator may want to know: ours, those of engines, and why a token was refused. */
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
    if (failure.status >= 500 || failure.status === 401) this.log.failed(request, failure, error);
    if (reply.sent || reply.raw.headersSent) return;
    sendFailure(reply, request, failure);
  }
}
