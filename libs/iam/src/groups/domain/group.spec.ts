import type { GroupId, TenantId } from '#kernel';
import { anId } from '#kernel/testing';
import { expect, test } from 'vitest';
import { groupDescription, groupName } from './group-name.ts';
import { Group } from './group.ts';

const at = new Date('2026-03-04T05:06:07.890Z');
const later = new Date('2026-03-05T00:00:00.000Z');
const created = () => Group.create({ id: anId<GroupId>(), tenantId: anId<TenantId>(), name: groupName('Billing'), description: null }, at);

test('a group is created, changed and deleted with an event each, which tells what changed', () => {
  const group = created();
  group.change({ name: groupName('Invoices'), description: groupDescription('Who pays') }, later);
  group.change({ description: null }, later);
  group.delete(later);
  expect(group.pullEvents().map(({ type, revoking, payload }) => [type, revoking, payload])).toMatchObject([
    ['groups.group_created', false, { name: 'Billing' }],
    ['groups.group_changed', false, { name: 'Invoices', changed: ['name', 'description'] }],
    ['groups.group_changed', false, { name: 'Invoices', changed: ['description'] }],
    ['groups.group_deleted', true, { name: 'Invoices' }],
  ]);
  expect(group.snapshot).toMatchObject({ version: 4, createdAt: at, updatedAt: later });
});

test('a change to what is there already is none', () => {
  const group = created();
  group.change({}, later);
  group.change({ name: groupName('Billing'), description: null }, later);
  expect(group.snapshot).toMatchObject({ version: 1, updatedAt: at });
});

test('what comes from storage records nothing', () => {
  expect(Group.rehydrate(created().snapshot).pullEvents()).toEqual([]);
});
