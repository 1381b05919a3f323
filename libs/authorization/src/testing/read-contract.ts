import { describe, expect, it } from 'vitest';
import type { Consistency } from '../authorization-provider.ts';
import { relationshipKey, type RelationshipFilter } from '../relationship.ts';
import type { Bench } from './contract-bench.ts';

const now: Consistency = { kind: 'fully_consistent' };

export function readContract(bench: Bench): void {
  const { own, touch, remove } = bench;
  const id = (object: string) => own(object).split(':')[1] ?? '';
  const read = async (filter: RelationshipFilter, consistency = now) => {
    const keys: string[] = [];
    for await (const edge of bench.provider().read(filter, consistency)) keys.push(relationshipKey(edge));
    return keys.sort();
  };

  describe('read', () => {
    it('returns the edges that pass every given part of the filter', async () => {
      await bench
        .provider()
        .write([
          touch('workspace:w#viewer@user:ann'),
          touch('workspace:w#viewer@group:g#member'),
          touch('workspace:w#member@user:ann'),
          touch('workspace:w#viewer@service_account:bot'),
          touch('workspace:v#viewer@user:ann'),
        ]);
      const at = { resourceType: 'workspace', resourceId: id('workspace:w') };
      expect(await read({ ...at, relation: 'member' })).toEqual([own('workspace:w#member@user:ann')]);
      expect(await read({ ...at, subjectType: 'group' })).toEqual([own('workspace:w#viewer@group:g#member')]);
      expect(await read({ ...at, subjectType: 'user', subjectId: id('user:ann'), relation: 'viewer' })).toEqual([
        own('workspace:w#viewer@user:ann'),
      ]);
      expect(await read({ ...at, subjectType: 'group', subjectRelation: '' })).toEqual([]);
      expect(await read({ ...at, subjectType: 'group', subjectRelation: 'member' })).toHaveLength(1);
      expect(await read({ resourceType: 'workspace', subjectType: 'user', subjectId: id('user:ann') })).toHaveLength(3);
      expect(await read(at)).toHaveLength(4);
      expect(await read({ resourceType: 'workspace', resourceId: id('workspace:none') })).toEqual([]);
    });

    it('carries the end of an edge to the millisecond, and leaves out what has ended', async () => {
      const end = new Date(Date.now() + 3_600_123);
      await bench.provider().write([touch('tenant:t#member@user:ann', end), touch('tenant:t#member@user:past', new Date(Date.now() - 1))]);
      const found: (Date | undefined)[] = [];
      for await (const { expiresAt } of bench.provider().read({ resourceType: 'tenant', resourceId: id('tenant:t') }, now))
        found.push(expiresAt);
      expect(found).toEqual([end]);
    });

    it('streams more than a page, each edge once, all of one revision although others write meanwhile', async () => {
      const provider = bench.provider();
      const crowd = Array.from({ length: 2_500 }, (_, index) => touch(`group:g#member@user:u${index}`));
      for (let from = 0; from < crowd.length; from += 1_000) await provider.write(crowd.slice(from, from + 1_000));
      const seen = new Set<string>();
      for await (const edge of provider.read({ resourceType: 'group', resourceId: id('group:g') }, now)) {
        if (seen.size === 0) {
          await provider.write(Array.from({ length: 500 }, (_, index) => remove(`group:g#member@user:u${index * 5}`)));
          await provider.write([touch('group:g#member@user:late')]);
        }
        seen.add(relationshipKey(edge));
      }
      expect(seen.size).toBe(2_500);
      expect(seen.has(own('group:g#member@user:late'))).toBe(false);
      expect(await read({ resourceType: 'group', resourceId: id('group:g') })).toHaveLength(2_001);
    });

    it('a full last page is the end of it', async () => {
      await bench.provider().write(Array.from({ length: 1_000 }, (_, index) => touch(`group:g#member@user:u${index}`)));
      expect(await read({ resourceType: 'group', resourceId: id('group:g') })).toHaveLength(1_000);
    });

    it('reads at an exact revision', async () => {
      const given = await bench.provider().write([touch('tenant:t#member@user:ann')]);
      await bench.provider().write([remove('tenant:t#member@user:ann')]);
      const filter = { resourceType: 'tenant', resourceId: id('tenant:t') };
      expect(await read(filter, { kind: 'exact', token: given })).toEqual([own('tenant:t#member@user:ann')]);
      expect(await read(filter)).toEqual([]);
    });

    it('a reader may stop early', async () => {
      await bench.provider().write(Array.from({ length: 20 }, (_, index) => touch(`group:g#member@user:u${index}`)));
      for await (const edge of bench.provider().read({ resourceType: 'group', resourceId: id('group:g') }, now)) {
        expect(edge.relation).toBe('member');
        break;
      }
    });
  });
}
