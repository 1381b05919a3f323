import { AccessDecision, AuthorizationProvider } from '#authorization';
import { AuthorizationModule } from '#authorization/nest';
import { DatabaseModule } from '#database/nest';
import { Database } from '#database';
import { Operations } from '#governance';
import { GovernanceModule } from '#governance/nest';
import { RateLimits } from '#http';
import { UnitOfWork } from '#kernel';
import { IamModule, PgGraphMapping } from '#iam/nest';
import { TracedAuthorizationProvider, TracedUnitOfWork, type Tracer } from '#observability';
import { GraphDesk, FrontDoorSignals, GraphEpoch, ReadYourWrites, RecentRevocations } from '#outbox';
import { DeskModule, OutboxModule } from '#outbox/nest';
import { Module, type DynamicModule, type OnApplicationBootstrap, type Provider } from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { AccessGuard } from './access/access.guard.ts';
import { FrontDoorKeeper } from './access/front-door.ts';
import { FrontDoorCopies } from './access/front-door-copies.ts';
import { PageGate } from './access/page-gate.ts';
import { AuditController } from './audit/audit.controller.ts';
import { AuthenticationGuard } from './authentication/authentication.guard.ts';
import { Authenticator } from './authentication/authenticator.ts';
import { TokenVerifier } from './authentication/token-verifier.ts';
import type { ApiConfiguration } from './configuration/api-configuration.ts';
import { CallerConsistency } from './consistency/caller-consistency.ts';
import { GroupMembersController } from './groups/group-members.controller.ts';
import { GroupsController } from './groups/groups.controller.ts';
import { HealthController, MetricsController } from './health/health.controller.ts';
import { Lifecycle } from './health/lifecycle.ts';
import { MembersController } from './members/members.controller.ts';
import { ObservationModule } from './observation/observation.module.ts';
import { OperationsController } from './operations/operations.controller.ts';
import { PlatformAdminsController } from './platform/platform-admins.controller.ts';
import { ProjectionController } from './projection/projection.controller.ts';
import { ProjectionEventsController } from './projection/projection-events.controller.ts';
import { GraphController } from './projection/graph.controller.ts';
import { TenantsController } from './tenants/tenants.controller.ts';
import { MeController } from './users/me.controller.ts';
import { UsersController } from './users/users.controller.ts';
import { WorkspaceListsController } from './workspace-lists/workspace-lists.controller.ts';
import { WorkspaceActionsController } from './workspaces/workspace-actions.controller.ts';
import { WorkspaceMembersController } from './workspace-members/workspace-members.controller.ts';
import { WorkspaceOwnershipController } from './workspace-members/workspace-ownership.controller.ts';
import { WorkspacesController } from './workspaces/workspaces.controller.ts';

const engines = ({ connections: { databaseUrl, redisUrl, spicedb }, databasePoolSize }: ApiConfiguration, tracer?: Tracer) => [
  DatabaseModule.forRoot(
    { url: databaseUrl, poolSize: databasePoolSize, applicationName: 'tenantry-api' },
    tracer && ((bare) => new TracedUnitOfWork(bare, tracer)),
  ),
  OutboxModule.forRoot({ databaseUrl, stalenessMs: spicedb.stalenessMs, ...(redisUrl !== undefined && { redisUrl }) }),
  ObservationModule,
  AuthorizationModule.forRoot(spicedb, tracer && ((bare) => new TracedAuthorizationProvider(bare, tracer))),
  GovernanceModule,
  DeskModule.forRoot({ databaseUrl }, PgGraphMapping),
];

const providers = ({ issuers, rateLimits, readYourWritesWaitMs }: ApiConfiguration): Provider[] => [
  Lifecycle,
  Authenticator,
  FrontDoorKeeper,
  AuthenticationGuard,
  AccessGuard,
  PageGate,
  { provide: TokenVerifier, useFactory: () => new TokenVerifier(issuers) },
  { provide: RateLimits, useFactory: () => new RateLimits(rateLimits) },
  { provide: FrontDoorCopies, useFactory: () => new FrontDoorCopies() },
  {
    provide: AccessDecision,
    inject: [AuthorizationProvider, RecentRevocations, GraphEpoch],
    useFactory: (provider: AuthorizationProvider, revocations: RecentRevocations, epochs: GraphEpoch) =>
      new AccessDecision(provider, revocations, epochs),
  },
  {
    provide: CallerConsistency,
    inject: [ReadYourWrites],
    useFactory: (readYourWrites: ReadYourWrites) => new CallerConsistency(readYourWrites, readYourWritesWaitMs),
  },
  {
    provide: GraphDesk,
    inject: [Database, UnitOfWork, Operations],
    useFactory: (database: Database, unitOfWork: UnitOfWork, operations: Operations) => new GraphDesk({ database, unitOfWork, operations }),
  },
  // In this order: who is it, then may they.
  { provide: APP_GUARD, useExisting: AuthenticationGuard },
  { provide: APP_GUARD, useExisting: AccessGuard },
  { provide: APP_INTERCEPTOR, useExisting: PageGate },
];

@Module({
  controllers: [
    TenantsController,
    MembersController,
    WorkspaceListsController,
    WorkspacesController,
    WorkspaceMembersController,
    WorkspaceOwnershipController,
    WorkspaceActionsController,
    GroupsController,
    GroupMembersController,
    MeController,
    UsersController,
    PlatformAdminsController,
    OperationsController,
    AuditController,
    ProjectionController,
    ProjectionEventsController,
    GraphController,
    HealthController,
    MetricsController,
  ],
})
export class ApiModule implements OnApplicationBootstrap {
  constructor(
    private readonly signals: FrontDoorSignals,
    private readonly copies: FrontDoorCopies,
  ) {}

  static forRoot(configuration: ApiConfiguration, tracer?: Tracer): DynamicModule {
    const { tenantCreation, workspaceMaxDepth } = configuration;
    return {
      module: ApiModule,
      imports: [...engines(configuration, tracer), IamModule.forRoot({ tenantCreation, workspaceMaxDepth })],
      providers: providers(configuration),
    };
  }

  onApplicationBootstrap(): void {
    this.signals.subscribe((changed) => {
      if (changed === 'any') this.copies.dropAll();
      else for (const tenantId of changed) this.copies.drop(tenantId);
    });
  }
}
