import { Module } from '@nestjs/common';
import { PgTenantMembershipRepository } from './adapters/pg-tenant-membership-repository.ts';
import { PgTenantRepository } from './adapters/pg-tenant-repository.ts';
import { TenantAccess } from './application/tenant-access.ts';
import { TenantMembershipRepository } from './domain/tenant-membership-repository.ts';
import { TenantRepository } from './domain/tenant-repository.ts';

/** How commands below a tenant enter it. */
@Module({
  providers: [
    { provide: TenantRepository, useClass: PgTenantRepository },
    { provide: TenantMembershipRepository, useClass: PgTenantMembershipRepository },
    {
      provide: TenantAccess,
      inject: [TenantRepository, TenantMembershipRepository],
      useFactory: (tenants: TenantRepository, members: TenantMembershipRepository) => new TenantAccess(tenants, members),
    },
  ],
  exports: [TenantRepository, TenantMembershipRepository, TenantAccess],
})
export class TenantAccessModule {}
