import { InMemoryIam } from '#iam/testing';
import { tenantScope } from '#kernel';
import { actingProduct, contextOf } from '#kernel/testing';
import { expect, test } from 'vitest';
import { TenantGroups } from './tenant-groups.ts';

test('M-6 whoever leaves the tenant leaves all its groups, the last admin too, and those of no other tenant', async () => {
  const iam = new InMemoryIam();
  const ada = iam.aUser();
  const [tenantId, other] = [iam.aTenantWith({ member: [ada] }), iam.aTenantWith({ member: [ada] })];
  const [one, two, elsewhere] = [
    iam.aGroupIn(tenantId, { admin: [ada] }),
    iam.aGroupIn(tenantId, { member: [ada] }),
    iam.aGroupIn(other, { admin: [ada] }),
  ];
  await iam.unitOfWork.run(contextOf(actingProduct), tenantScope(tenantId), (tx) =>
    new TenantGroups(iam.groupMembers).offboard(tx, tenantId, ada, iam.clock.now()),
  );
  expect([one, two, elsewhere].map((id) => iam.groupRoleOf(id, ada))).toEqual([null, null, 'admin']);
  expect(iam.unitOfWork.newEventTypes()).toEqual(['groups.member_removed', 'groups.member_removed']);
});
