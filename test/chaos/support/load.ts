import {
  AddTenantMember,
  ChangeTenantMember,
  CreateTenant,
  ReactivateUser,
  RemoveTenantMember,
  RestoreTenant,
  SuspendTenant,
  SuspendUser,
} from '#iam';
import { DomainError, type TenantId, type UserId } from '#kernel';
import { actingProduct, actingUser } from '#kernel/testing';
import type { ProjectionBench } from '../../integration/outbox/support/projection-bench.ts';

export interface Load {
  readonly commands: number;
  /** Of these, what PostgreSQL could not answer. */
  readonly unavailable: number;
  /** Stops, and throws what went wrong in any other way. */
  end(): Promise<void>;
}

/** Commands of every kind that changes the graph, several callers at a time, until it is ended. */
export function underLoad(bench: ProjectionBench, callers = 4): Load {
  let over = false;
  const counts = { commands: 0, unavailable: 0 };
  const attempt = async <T>(command: () => Promise<T>): Promise<T | null> => {
    counts.commands += 1;
    try {
      return await command();
    } catch (error) {
      if (!(error instanceof DomainError) || error.kind === 'internal') throw error;
      if (error.kind === 'unavailable') counts.unavailable += 1;
      return null;
    }
  };
  const calling = Array.from({ length: callers }, async () => {
    while (!over) {
      const admin = await attempt(() => bench.user());
      const made = admin && (await attempt(() => bench.iam.do(actingUser(admin), CreateTenant, { name: 'Load' })));
      if (made !== null) await aDayIn(bench, attempt, made.tenant_id, () => over);
    }
  });
  return {
    get commands() {
      return counts.commands;
    },
    get unavailable() {
      return counts.unavailable;
    },
    async end() {
      over = true;
      await Promise.all(calling);
    },
  };
}

type Attempt = <T>(command: () => Promise<T>) => Promise<T | null>;

async function aDayIn({ iam }: ProjectionBench, attempt: Attempt, tenantId: TenantId, isOver: () => boolean): Promise<void> {
  for (let nth = 0; nth < 6 && !isOver(); nth += 1) {
    const userId = await attempt(() => iam.user(`load-${Math.random().toString(36).slice(2)}`));
    if (userId !== null) await aMember(iam, attempt, tenantId, userId, nth);
  }
}

async function aMember(iam: ProjectionBench['iam'], attempt: Attempt, tenantId: TenantId, userId: UserId, nth: number): Promise<void> {
  const member = { tenantId, userId };
  const added = await attempt(() => iam.do(actingProduct, AddTenantMember, { ...member, role: 'operator' }));
  if (added === null) return;
  const role = { ...member, role: nth % 2 === 0 ? 'member' : 'admin', expectedVersion: added.version } as const;
  const changed = await attempt(() => iam.do(actingProduct, ChangeTenantMember, role));
  if (nth % 3 === 0) await attempt(() => iam.do(actingProduct, SuspendUser, { userId }));
  if (nth % 6 === 0) await attempt(() => iam.do(actingProduct, ReactivateUser, { userId }));
  if (nth % 5 === 1) await attempt(() => iam.do(actingProduct, SuspendTenant, { tenantId }));
  if (nth % 5 === 1) await attempt(() => iam.do(actingProduct, RestoreTenant, { tenantId }));
  if (changed !== null && nth % 2 === 1) {
    await attempt(() => iam.do(actingProduct, RemoveTenantMember, { ...member, expectedVersion: changed.version }));
  }
}
