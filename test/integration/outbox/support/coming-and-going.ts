import { AddTenantMember, RemoveTenantMember } from '#iam';
import type { TenantId, UserId } from '#kernel';
import { actingProduct } from '#kernel/testing';
import { eventually } from '../../../support/eventually.ts';
import type { ProjectionBench } from './projection-bench.ts';

const within = 20_000;

/** Who removes and adds, one at a time, and waits for each to be applied: whoever is out after that is out for good. */
export function comingAndGoing(bench: ProjectionBench, tenantId: TenantId) {
  const out: UserId[] = [];
  let over = false;
  const isInside = (userId: UserId) => bench.allows(`tenant:${tenantId}#access@user:${userId}`);
  const working = (async () => {
    while (!over) {
      const userId = await bench.user();
      const { version } = await bench.iam.do(actingProduct, AddTenantMember, { tenantId, userId, role: 'member' });
      await eventually(() => isInside(userId), { within, what: 'a member let in' });
      await bench.iam.do(actingProduct, RemoveTenantMember, { tenantId, userId, expectedVersion: version });
      await eventually(async () => !(await isInside(userId)), { within, what: 'a removed member out' });
      out.push(userId);
    }
  })();
  return {
    out,
    end: async () => {
      over = true;
      await working;
    },
  };
}
