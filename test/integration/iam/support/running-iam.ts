import { DatabaseModule } from '#database/nest';
import { ExecutionContext, type Actor, type UserId } from '#kernel';
import { ProvisionUser } from '#iam';
import { IamModule } from '#iam/nest';
import { Module, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CommandBus, QueryBus, type Command, type Query } from '@nestjs/cqrs';
import type { TenantCreationRule } from '#iam';

export const product: Actor = { kind: 'system', id: 'test' };
export const userActor = (id: UserId): Actor => ({ kind: 'user', id });
export const contextOf = (actor: Actor): ExecutionContext => new ExecutionContext(actor, 'test');

@Module({})
class Root {}

/** The library as an application runs it, in a process of its own as far as the database can tell: own pool, own ids. */
export class RunningIam {
  private constructor(private readonly application: INestApplicationContext) {}

  static async start(url: string, options: { tenantCreation?: TenantCreationRule; poolSize?: number } = {}): Promise<RunningIam> {
    const { tenantCreation = 'anyone', poolSize = 4 } = options;
    const imports = [DatabaseModule.forRoot({ url, poolSize }), IamModule.forRoot({ tenantCreation })];
    const application = await NestFactory.createApplicationContext({ module: Root, imports }, { logger: ['error'], abortOnError: false });
    return new RunningIam(application);
  }

  execute<Result>(command: Command<Result>): Promise<Result> {
    return this.application.get(CommandBus).execute(command);
  }

  query<Result>(query: Query<Result>): Promise<Result> {
    return this.application.get(QueryBus).execute(query);
  }

  /** A new user, known by this subject. */
  async user(subject: string): Promise<UserId> {
    const command = new ProvisionUser(contextOf(product), { issuer: 'https://issuer.test', subject });
    return (await this.execute(command)).user_id;
  }

  stop(): Promise<void> {
    return this.application.close();
  }
}
