import { relationshipKey } from '#authorization';
import { edge } from '#authorization/testing';
import { describe, expect, it } from 'vitest';
import { couldExist, rolesBeside } from './edge-forms.ts';

describe('forms of edges', () => {
  it.each([
    'platform:main#administrator@user:u',
    'tenant:t#platform@platform:main',
    'tenant:t#suspended@service_account:*',
    'tenant:t#operator@user:u',
    'workspace:w#inherits@workspace:v',
    'workspace:w#owner@group:g#member',
    'group:g#admin@user:u',
  ])('P-9 %s could be made by rows', (text) => {
    expect(couldExist(edge(text))).toBe(true);
  });

  it.each([
    'platform:other#administrator@user:u',
    'tenant:t#platform@platform:other',
    'tenant:t#suspended@user:u',
    'tenant:t#member@user:*',
    'tenant:t#member@service_account:s',
    'workspace:w#owner@group:g#admin',
    'workspace:w#owner@service_account:s',
    'resource:file/f#viewer@user:u',
    'elsewhere:e#viewer@user:u',
  ])('P-9 %s could not', (text) => {
    expect(couldExist(edge(text))).toBe(false);
  });

  it('finds the roles beside an edge, highest first, and none beside what no role makes', () => {
    const beside = (text: string) => rolesBeside(edge(text))?.map(relationshipKey) ?? null;
    expect(beside('group:g#member@user:u')).toEqual(['group:g#admin@user:u', 'group:g#member@user:u']);
    expect(beside('workspace:w#viewer@group:g#member')?.[0]).toBe('workspace:w#owner@group:g#member');
    expect(beside('tenant:t#operator@user:u')).toHaveLength(3);
    expect(beside('tenant:t#suspended@user:*')).toBeNull();
    expect(beside('tenant:t#member@service_account:s')).toBeNull();
    expect(beside('workspace:w#tenant@tenant:t')).toBeNull();
  });
});
