import { InMemoryIam } from '#iam/testing';
import { actingProduct, actingUser, contextOf } from '#kernel/testing';
import { describe, expect, test } from 'vitest';
import { TenantAdminRequired, TenantNotFound, TenantSuspended } from '../../tenancy/index.ts';
import { GroupCreatorRequired, GroupDescriptionInvalid, GroupNameInvalid, GroupNameTaken } from '../domain/errors.ts';
import { CreateGroup, CreateGroupHandler } from './create-group.ts';

const iam = new InMemoryIam();
const [ada, bob, eve] = [iam.aUser(), iam.aUser(), iam.aUser()];
const tenantId = iam.aTenantWith({ admin: [ada], operator: [bob] });
const create = (input: Partial<CreateGroup['input']> = {}, actor = actingUser(ada)) =>
  new CreateGroupHandler(iam.unitOfWork, iam.access, iam.groups, iam.ids, iam.clock).execute(
    new CreateGroup(contextOf(actor), { tenantId, name: 'Billing', ...input }),
  );

describe('creating a group', () => {
  test('makes its creator the first admin', async () => {
    const { group_id: groupId, version } = await create({ name: ' Support ', description: 'Who answers' });
    expect(version).toBe(1);
    expect(iam.groupRows.groups.get(groupId)).toMatchObject({ tenantId, name: 'Support', description: 'Who answers' });
    expect(iam.groupRoleOf(groupId, ada)).toBe('admin');
    expect(iam.unitOfWork.newEventTypes()).toEqual(['groups.group_created', 'groups.member_added']);
  });

  test('G-1 needs a name that no other group of the tenant has, whatever the case', async () => {
    await create({ name: 'Sales' });
    await expect(create({ name: 'SALES' })).rejects.toBeInstanceOf(GroupNameTaken);
    await create({ name: 'Sales', tenantId: iam.aTenantWith({ admin: [ada] }) });
  });

  test('is for admins of the tenant, who are users', async () => {
    await expect(create({}, actingUser(bob))).rejects.toBeInstanceOf(TenantAdminRequired);
    await expect(create({}, actingUser(eve))).rejects.toBeInstanceOf(TenantNotFound);
    await expect(create({}, actingProduct)).rejects.toBeInstanceOf(GroupCreatorRequired);
    await expect(create({ tenantId: iam.aTenantWith({ admin: [ada] }, 'suspended') })).rejects.toBeInstanceOf(TenantSuspended);
  });

  test('refuses names and descriptions that are none', async () => {
    await expect(create({ name: ' ' })).rejects.toBeInstanceOf(GroupNameInvalid);
    await expect(create({ description: '' })).rejects.toBeInstanceOf(GroupDescriptionInvalid);
  });
});
