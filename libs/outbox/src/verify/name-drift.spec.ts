import { relationshipKey, type Relationship } from '#authorization';
import { edge } from '#authorization/testing';
import { describe, expect, it } from 'vitest';
import { nameDrift, type Sight } from './name-drift.ts';

const now = new Date('2026-01-02T03:04:05Z');
const inMs = (milliseconds: number) => new Date(now.getTime() + milliseconds);

/** Tenants have admins and members, and nothing else could exist. */
const words = {
  couldExist: ({ resource, relation }: Relationship) =>
    resource.type === 'tenant' && ['admin', 'member', 'suspended', 'home'].includes(relation),
  rolesBeside: ({ resource, relation, subject }: Relationship) =>
    ['admin', 'member'].includes(relation) ? ['admin', 'member'].map((role) => ({ resource, relation: role, subject })) : null,
};

const byKey = (edges: readonly Relationship[]) => new Map(edges.map((one) => [relationshipKey(one), one]));
const sight = (rows: readonly Relationship[], graph: readonly Relationship[]): Sight => ({
  byRows: byKey(rows),
  inGraph: byKey(graph),
  owners: new Map([
    ['tenant:t', 't'],
    ['tenant:o', 'o'],
  ]),
  now,
});
const named = (one: string | Relationship, rows: readonly Relationship[], graph: readonly Relationship[]) =>
  nameDrift(typeof one === 'string' ? edge(one) : one, sight(rows, graph), words);

const admin = edge('tenant:t#admin@user:u');
const member = edge('tenant:t#member@user:u');

describe('naming a drift', () => {
  it.each([
    ['missing', member, [member], []],
    ['missing', member, [admin, member], [admin]],
    ['extra', member, [], [member]],
    ['wrong_role', admin, [member], [admin, member]],
    ['wrong_role', admin, [admin, member], [member]],
    ['wrong_expiry', member, [member], [edge('tenant:t#member@user:u', inMs(60_000))]],
    ['orphan', edge('tenant:gone#member@user:u'), [], [edge('tenant:gone#member@user:u')]],
    ['foreign', edge('tenant:gone#viewer@user:u'), [], [edge('tenant:gone#viewer@user:u')]],
    ['foreign', edge('tenant:t#home@tenant:o'), [], [edge('tenant:t#home@tenant:o')]],
    ['extra', edge('tenant:t#home@tenant:t'), [], [edge('tenant:t#home@tenant:t')]],
  ] as const)('P-9 %s: the first name that fits', (kind, one, rows, graph) => {
    expect(named(one, rows, graph)).toMatchObject({ kind, surplus: rows.every((row) => relationshipKey(row) !== relationshipKey(one)) });
  });

  it('what agrees, and what ends by itself within moments, is no drift', () => {
    const [soon, later] = [edge('tenant:t#member@user:u', inMs(4_000)), edge('tenant:t#member@user:u', inMs(6_000))];
    expect(named(member, [member], [member])).toBeNull();
    expect(named(member, [soon], [])).toBeNull();
    expect(named(member, [], [soon])).toBeNull();
    expect(named(member, [], [edge('tenant:t#member@user:u', inMs(-1))])).toBeNull();
    expect(named(member, [later], [])).toMatchObject({ kind: 'missing' });
    expect(named(member, [], [later])).toMatchObject({ kind: 'extra' });
    expect(named(member, [soon], [member])).toMatchObject({ kind: 'wrong_expiry' });
  });

  it('says which of them take access away when they are put right', () => {
    const suspended = edge('tenant:t#suspended@user:*');
    expect(named(member, [member], [])).toMatchObject({ revoking: false });
    expect(named(member, [], [member])).toMatchObject({ revoking: true });
    expect(named(suspended, [suspended], [])).toMatchObject({ revoking: true });
    expect(named(suspended, [], [suspended])).toMatchObject({ revoking: false });
    const [sooner, later] = [edge('tenant:t#member@user:u', inMs(60_000)), edge('tenant:t#member@user:u', inMs(90_000))];
    expect(named(member, [sooner], [later])).toMatchObject({ revoking: true });
    expect(named(member, [sooner], [member])).toMatchObject({ revoking: true });
    expect(named(member, [later], [sooner])).toMatchObject({ revoking: false });
    expect(named(member, [member], [sooner])).toMatchObject({ revoking: false });
  });

  it('says what rows and graph hold, in words', () => {
    expect(named(admin, [member], [admin, member])).toMatchObject({ expected: 'role member', found: 'role admin' });
    const ending = edge('tenant:t#member@user:u', inMs(60_000));
    expect(named(member, [ending], [member])).toMatchObject({ expected: 'present until 2026-01-02T03:05:05.000Z', found: 'present' });
  });
});
