import {
  AddTenantMember,
  AppointFirstAdmin,
  ChangeTenant,
  ChangeTenantMember,
  CreateTenant,
  GrantPlatformAdmin,
  LeaveTenant,
  ReactivateUser,
  RemoveTenantMember,
  RestoreTenant,
  RevokePlatformAdmin,
  SuspendTenant,
  SuspendUser,
  type TenantRole,
} from '#iam';
import { DomainError, type TenantId, type UserId } from '#kernel';
import { actingProduct, actingUser } from '#kernel/testing';
import fc from 'fast-check';
import type { ProjectionBench } from './projection-bench.ts';

const kinds = [
  'create',
  'add',
  'add',
  'add',
  'role',
  'role',
  'remove',
  'remove',
  'leave',
  'suspend tenant',
  'restore tenant',
  'restore tenant',
  'suspend user',
  'reactivate user',
  'reactivate user',
  'grant platform',
  'revoke platform',
  'appoint',
  'rename',
  'crash',
] as const;

export interface Step {
  readonly kind: (typeof kinds)[number];
  readonly tenant: number;
  readonly user: number;
  readonly role: TenantRole;
}

export const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom(...kinds),
  tenant: fc.nat(2),
  user: fc.nat(3),
  role: fc.constantFrom<TenantRole>('admin', 'operator', 'member'),
});

/** A small world in which a step means something: three tenants, four users, and what was refused is refused. */
export class SmallWorld {
  private readonly tenants: TenantId[] = [];

  private constructor(
    private readonly bench: ProjectionBench,
    private readonly users: readonly UserId[],
  ) {}

  static async create(bench: ProjectionBench): Promise<SmallWorld> {
    const users = await Promise.all([1, 2, 3, 4].map(() => bench.user()));
    const world = new SmallWorld(bench, users);
    for (const nth of [0, 1, 2]) world.tenants.push((await bench.tenant(world.userAt(nth))).id);
    return world;
  }

  get people(): readonly UserId[] {
    return this.users;
  }

  get places(): readonly TenantId[] {
    return this.tenants;
  }

  /** False when a rule of the product refused it. */
  async take(chosen: Step): Promise<boolean> {
    try {
      await this.command(chosen);
      return true;
    } catch (error) {
      if (error instanceof DomainError && error.kind !== 'unavailable' && error.kind !== 'internal') return false;
      throw error;
    }
  }

  private userAt(nth: number): UserId {
    return this.users[nth % this.users.length] as UserId;
  }

  private async command({ kind, tenant, user, role }: Step): Promise<unknown> {
    const { iam } = this.bench;
    const tenantId = this.tenants[tenant] as TenantId;
    const userId = this.userAt(user);
    const expectedVersion = async () => (await this.version(tenantId, userId)) ?? 1;
    switch (kind) {
      case 'create':
        return iam.do(actingUser(userId), CreateTenant, { name: 'Another' });
      case 'add':
        return iam.do(actingProduct, AddTenantMember, { tenantId, userId, role });
      case 'role':
        return iam.do(actingProduct, ChangeTenantMember, { tenantId, userId, role, expectedVersion: await expectedVersion() });
      case 'remove':
        return iam.do(actingProduct, RemoveTenantMember, { tenantId, userId, expectedVersion: await expectedVersion() });
      case 'leave':
        return iam.do(actingUser(userId), LeaveTenant, { tenantId });
      case 'suspend tenant':
        return iam.do(actingProduct, SuspendTenant, { tenantId });
      case 'restore tenant':
        return iam.do(actingProduct, RestoreTenant, { tenantId });
      case 'suspend user':
        return iam.do(actingProduct, SuspendUser, { userId });
      case 'reactivate user':
        return iam.do(actingProduct, ReactivateUser, { userId });
      case 'grant platform':
        return iam.do(actingProduct, GrantPlatformAdmin, { userId });
      case 'revoke platform':
        return iam.do(actingProduct, RevokePlatformAdmin, { userId });
      case 'appoint':
        return iam.do(actingProduct, AppointFirstAdmin, { tenantId, userId });
      case 'rename':
        return iam.do(actingProduct, ChangeTenant, { tenantId, expectedVersion: await this.tenantVersion(tenantId), name: `Name ${user}` });
      case 'crash':
        return undefined;
    }
  }

  private async version(tenantId: TenantId, userId: UserId): Promise<number | undefined> {
    const rows = await this.bench.owner.query<{ version: number }>(
      'SELECT version FROM tenant_members WHERE tenant_id = $1 AND user_id = $2',
      [tenantId, userId],
    );
    return rows[0]?.version;
  }

  private async tenantVersion(tenantId: TenantId): Promise<number> {
    return (await this.bench.owner.query<{ version: number }>('SELECT version FROM tenants WHERE id = $1', [tenantId]))[0]?.version ?? 1;
  }
}
