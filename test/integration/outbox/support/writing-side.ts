import { DatabaseModule } from '#database/nest';
import { IamModule } from '#iam/nest';
import type { Actor, CommitReceipt, ExecutionContext } from '#kernel';
import { contextOf } from '#kernel/testing';
import { GraphEpoch, ReadYourWrites, RecentRevocations } from '#outbox';
import { OutboxModule } from '#outbox/nest';
import { Module, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CommandBus, type Command } from '@nestjs/cqrs';

type Request<Kind, Input> = new (context: ExecutionContext, input: Input) => Kind;

@Module({})
class Root {}

/** Commands with the writing side of the outbox, wired as the API wires it: bell, listener, read-your-writes. */
export class WritingSide {
  private constructor(private readonly application: INestApplicationContext) {}

  static async start(databaseUrl: string, options: { redisUrl?: string; stalenessMs?: number } = {}): Promise<WritingSide> {
    const { redisUrl, stalenessMs = 1_000 } = options;
    const imports = [
      DatabaseModule.forRoot({ url: databaseUrl, poolSize: 8 }),
      IamModule.forRoot({ tenantCreation: 'anyone' }),
      OutboxModule.forRoot({ databaseUrl, stalenessMs, ...(redisUrl !== undefined && { redisUrl }) }),
    ];
    const application = await NestFactory.createApplicationContext({ module: Root, imports }, { logger: ['error'], abortOnError: false });
    return new WritingSide(application);
  }

  /** Does it, and says what was committed. */
  async do<Result, Input>(
    actor: Actor,
    command: Request<Command<Result>, Input>,
    input: Input,
  ): Promise<{ result: Result; receipts: readonly CommitReceipt[] }> {
    const context = contextOf(actor);
    const result = await this.application.get(CommandBus).execute<Command<Result>, Result>(new command(context, input));
    return { result, receipts: context.receipts };
  }

  get readYourWrites(): ReadYourWrites {
    return this.application.get(ReadYourWrites);
  }

  get revocations(): RecentRevocations {
    return this.application.get(RecentRevocations);
  }

  get epoch(): GraphEpoch {
    return this.application.get(GraphEpoch);
  }

  stop(): Promise<void> {
    return this.application.close();
  }
}
