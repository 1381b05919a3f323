import { ProvisionUser, type TenantCreationRule } from '#iam';
import { Database } from '#database';
import { DatabaseModule } from '#database/nest';
import { IamModule } from '#iam/nest';
import { UnitOfWork, type Actor, type UserId } from '#kernel';
import { actingProduct, contextOf } from '#kernel/testing';
import { Module, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CommandBus, QueryBus, type Command, type Query } from '@nestjs/cqrs';
import type { ExecutionContext } from '#kernel';

type Request<Kind, Input> = new (context: ExecutionContext, input: Input) => Kind;

@Module({})
class Root {}

/** The library as an application runs it, a process of its own as far as the database can tell: own pool, own ids. */
export class RunningIam {
  private stopped: Promise<void> | undefined;

  private constructor(private readonly application: INestApplicationContext) {}

  static async start(url: string, options: { tenantCreation?: TenantCreationRule; poolSize?: number } = {}): Promise<RunningIam> {
    const { tenantCreation = 'anyone', poolSize = 4 } = options;
    const imports = [DatabaseModule.forRoot({ url, poolSize }), IamModule.forRoot({ tenantCreation })];
    const application = await NestFactory.createApplicationContext({ module: Root, imports }, { logger: ['error'], abortOnError: false });
    return new RunningIam(application);
  }

  /** Does it, as this actor. */
  do<Result, Input>(actor: Actor, command: Request<Command<Result>, Input>, input: Input): Promise<Result> {
    return this.application.get(CommandBus).execute(new command(contextOf(actor), input));
  }

  ask<Result, Input>(query: Request<Query<Result>, Input>, input: Input, actor: Actor = actingProduct): Promise<Result> {
    return this.application.get(QueryBus).execute(new query(contextOf(actor), input));
  }

  get unitOfWork(): UnitOfWork {
    return this.application.get(UnitOfWork);
  }

  get database(): Database {
    return this.application.get(Database);
  }

  /** The user of this name, new or known. */
  async user(subject: string): Promise<UserId> {
    return (await this.do(actingProduct, ProvisionUser, { issuer: 'https://issuer.test', subject })).user_id;
  }

  /** Closes its connections; may be called again. */
  stop(): Promise<void> {
    return (this.stopped ??= this.application.close());
  }
}
