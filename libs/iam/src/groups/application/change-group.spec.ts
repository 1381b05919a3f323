import { InMemoryIam } from '#iam/testing';
import { VersionMismatch } from '#kernel';
import { actingUser, anId, contextOf } from '#kernel/testing';
import { describe, expect, test } from 'vitest';
import { TenantAdminRequired } from '../../tenancy/index.ts';
import { GroupNameInvalid, GroupNameTaken, GroupNotFound } from '../domain/errors.ts';
import { ChangeGroup, ChangeGroupHandler } from './change-group.ts';

const iam = new InMemoryIam();
const [ada, bob] = [iam.aUser(), iam.aUser()];
const tenantId = iam.aTenantWith({ admin: [ada], member: [bob] });
const change = (input: Partial<ChangeGroup['input']> = {}, actor = actingUser(ada)) =>
  new ChangeGroupHandler(iam.unitOfWork, iam.access, iam.groups, iam.clock).execute(
    new ChangeGroup(contextOf(actor), { tenantId, groupId: iam.aGroupIn(tenantId, { admin: [bob] }), expectedVersion: 1, ...input }),
  );

describe('changing a group', () => {
  test('keeps what is absent, and removes a description by null', async () => {
    const groupId = iam.aGroupIn(tenantId);
    await change({ groupId, name: 'Billing', description: 'Who pays' });
    expect(await change({ groupId, expectedVersion: 2, description: null })).toEqual({ version: 3 });
    expect(iam.groupRows.groups.get(groupId)).toMatchObject({ name: 'Billing', description: null });
    expect(await change({ groupId, expectedVersion: 3 })).toEqual({ version: 3 });
  });

  test('G-1 refuses the name of another group, and takes its own in another case', async () => {
    const [one, other] = [iam.aGroupIn(tenantId), iam.aGroupIn(tenantId)];
    await expect(change({ groupId: one, name: other.toLowerCase() })).rejects.toBeInstanceOf(GroupNameTaken);
    await change({ groupId: one, name: one.toLowerCase() });
  });

  test('is for admins of the tenant', async () => {
    await expect(change({ name: 'Mine' }, actingUser(bob))).rejects.toBeInstanceOf(TenantAdminRequired);
  });

  test('needs a group of the tenant, its version and a valid name', async () => {
    await expect(change({ groupId: anId() })).rejects.toBeInstanceOf(GroupNotFound);
    await expect(change({ groupId: iam.aGroupIn(iam.aTenantWith({})) })).rejects.toBeInstanceOf(GroupNotFound);
    await expect(change({ expectedVersion: 2 })).rejects.toBeInstanceOf(VersionMismatch);
    await expect(change({ name: '' })).rejects.toBeInstanceOf(GroupNameInvalid);
  });
});
