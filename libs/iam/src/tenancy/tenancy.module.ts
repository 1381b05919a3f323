import { Database } from '#database';
import { IdGenerator } from '#kernel';
import { Module, type DynamicModule, type Provider, type Type } from '@nestjs/common';
import { IdentitiesModule } from '../identities/identities.module.ts';
import { PlatformAuthority, UserStatuses } from '../identities/index.ts';
import { PgClearingTurn } from './adapters/pg-clearing-turn.ts';
import { PgFrontDoorViews } from './adapters/pg-front-door-views.ts';
import { PgTenantViews } from './adapters/pg-tenant-views.ts';
import { AddTenantMemberHandler } from './application/add-tenant-member.ts';
import { AppointFirstAdminHandler } from './application/appoint-first-admin.ts';
import type { Clearing, Offboarding, TenantRoots } from './application/below-the-tenant.ts';
import { BootstrapDefaultTenantHandler } from './application/bootstrap-default-tenant.ts';
import { ChangeTenantMemberHandler } from './application/change-tenant-member.ts';
import { ChangeTenantHandler } from './application/change-tenant.ts';
import { CleanUpExpiredMembershipsHandler } from './application/clean-up-expired-memberships.ts';
import { CreateTenantHandler } from './application/create-tenant.ts';
import { ClearingTurn, EndedMemberships } from './application/ended-memberships.ts';
import { FindTenantMemberHandler } from './application/find-tenant-member.ts';
import { FindTenantHandler } from './application/find-tenant.ts';
import { FrontDoorHandler, FrontDoorViews } from './application/front-door.ts';
import { LeaveTenantHandler } from './application/leave-tenant.ts';
import { ListTenantMembersHandler } from './application/list-tenant-members.ts';
import { ListTenantsHandler } from './application/list-tenants.ts';
import { MemberAdmission } from './application/member-admission.ts';
import { MemberRemoval } from './application/member-removal.ts';
import { RemoveTenantMemberHandler } from './application/remove-tenant-member.ts';
import { RestoreTenantHandler } from './application/restore-tenant.ts';
import { SuspendTenantHandler } from './application/suspend-tenant.ts';
import { TenantCreationPolicy, type TenantCreationRule } from './application/tenant-creation-policy.ts';
import { TenantFoundation } from './application/tenant-foundation.ts';
import { TenantGovernance } from './application/tenant-governance.ts';
import { TenantViews } from './application/tenant-views.ts';
import { TenantMembershipRepository } from './domain/tenant-membership-repository.ts';
import { TenantRepository } from './domain/tenant-repository.ts';
import { TenantAccessModule } from './tenant-access.module.ts';

export interface TenancyOptions {
  readonly tenantCreation: TenantCreationRule;
}

/** What fulfils this module's ports below a tenant. */
export interface BelowTenants {
  readonly imports: readonly Type[];
  readonly roots: Type<TenantRoots>;
  /** In the order in which everything is locked. */
  readonly offboarding: readonly Type<Offboarding>[];
}

const handlers = [
  AddTenantMemberHandler,
  AppointFirstAdminHandler,
  BootstrapDefaultTenantHandler,
  ChangeTenantHandler,
  ChangeTenantMemberHandler,
  CleanUpExpiredMembershipsHandler,
  CreateTenantHandler,
  FindTenantHandler,
  FindTenantMemberHandler,
  FrontDoorHandler,
  LeaveTenantHandler,
  ListTenantMembersHandler,
  ListTenantsHandler,
  RemoveTenantMemberHandler,
  RestoreTenantHandler,
  SuspendTenantHandler,
];

const adapters: Provider[] = [
  { provide: ClearingTurn, useClass: PgClearingTurn },
  { provide: TenantViews, inject: [Database], useFactory: (database: Database) => new PgTenantViews(database) },
  { provide: FrontDoorViews, inject: [Database], useFactory: (database: Database) => new PgFrontDoorViews(database) },
];

const parts: Provider[] = [
  {
    provide: TenantGovernance,
    inject: [PlatformAuthority, TenantRepository],
    useFactory: (authority: PlatformAuthority, tenants: TenantRepository) => new TenantGovernance(authority, tenants),
  },
];

const foundedOn = ({ roots, offboarding }: BelowTenants): Provider[] => [
  {
    provide: TenantFoundation,
    inject: [TenantRepository, roots, IdGenerator],
    useFactory: (tenants: TenantRepository, made: TenantRoots, ids: IdGenerator) => new TenantFoundation(tenants, made, ids),
  },
  {
    provide: MemberRemoval,
    inject: [TenantMembershipRepository, ...offboarding],
    useFactory: (members: TenantMembershipRepository, ...below: Offboarding[]) => new MemberRemoval(members, below),
  },
  {
    provide: EndedMemberships,
    inject: [MemberRemoval, ...offboarding],
    useFactory: (...scopes: Clearing[]) => new EndedMemberships(scopes),
  },
  {
    provide: MemberAdmission,
    inject: [TenantMembershipRepository, MemberRemoval, UserStatuses],
    useFactory: (members: TenantMembershipRepository, removal: MemberRemoval, statuses: UserStatuses) =>
      new MemberAdmission(members, removal, statuses),
  },
];

/** Tenants and who belongs to them. */
@Module({})
export class TenancyModule {
  static forRoot({ tenantCreation }: TenancyOptions, below: BelowTenants): DynamicModule {
    const policy: Provider = {
      provide: TenantCreationPolicy,
      inject: [PlatformAuthority, UserStatuses],
      useFactory: (authority: PlatformAuthority, statuses: UserStatuses) => new TenantCreationPolicy(tenantCreation, authority, statuses),
    };
    return {
      module: TenancyModule,
      imports: [IdentitiesModule, TenantAccessModule, ...below.imports],
      providers: [...handlers, ...adapters, ...parts, ...foundedOn(below), policy],
    };
  }
}
