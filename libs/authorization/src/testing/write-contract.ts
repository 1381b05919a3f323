import { describe, expect, it } from 'vitest';
import type { Consistency } from '../authorization-provider.ts';
import { InvalidRelationship, PreconditionNotMet } from '../errors.ts';
import { relationshipKey, type Precondition } from '../relationship.ts';
import type { Bench } from './contract-bench.ts';
import { question } from './edge-notation.ts';

const now: Consistency = { kind: 'fully_consistent' };

export function writeContract(bench: Bench): void {
  const { own, touch, remove } = bench;
  const allows = async (text: string) => (await bench.provider().check(question(own(text)), now)).allowed;
  const held = async () => {
    const keys: string[] = [];
    const filter = { resourceType: 'tenant', resourceId: own('tenant:t').slice('tenant:'.length) };
    for await (const edge of bench.provider().read(filter, now)) keys.push(relationshipKey(edge));
    return keys.sort();
  };
  const onTenant = (operation: Precondition['operation'], subjectId: string): Precondition => ({
    operation,
    filter: {
      resourceType: 'tenant',
      resourceId: own('tenant:t').slice('tenant:'.length),
      relation: 'member',
      subjectType: 'user',
      subjectId: own(`user:${subjectId}`).slice('user:'.length),
      subjectRelation: '',
    },
  });

  describe('write', () => {
    it('touch and delete are idempotent', async () => {
      const provider = bench.provider();
      for (let round = 0; round < 2; round += 1) {
        await provider.write([touch('tenant:t#member@user:ann')]);
        expect(await held()).toEqual([own('tenant:t#member@user:ann')]);
      }
      for (let round = 0; round < 2; round += 1) {
        await provider.write([remove('tenant:t#member@user:ann')]);
        expect(await held()).toEqual([]);
      }
    });

    it('writes all or nothing: one refused update takes the others with it', async () => {
      const provider = bench.provider();
      const refused = provider.write([touch('tenant:t#member@user:ann'), touch('tenant:t#member@platform:main')]);
      await expect(refused).rejects.toBeInstanceOf(InvalidRelationship);
      expect(await held()).toEqual([]);
    });

    it('changes many edges at one revision', async () => {
      const provider = bench.provider();
      await provider.write([touch('tenant:t#member@user:ann')]);
      await provider.write([remove('tenant:t#member@user:ann'), touch('tenant:t#member@user:bob'), touch('tenant:t#admin@user:bob')]);
      expect(await held()).toEqual([own('tenant:t#admin@user:bob'), own('tenant:t#member@user:bob')]);
    });

    it.each([
      ['the same edge twice', () => [touch('tenant:t#member@user:ann'), touch('tenant:t#member@user:ann')]],
      ['an edge both touched and deleted', () => [touch('tenant:t#member@user:ann'), remove('tenant:t#member@user:ann')]],
      [
        'an edge twice with different ends',
        () => [touch('tenant:t#member@user:ann'), touch('tenant:t#member@user:ann', new Date(Date.now() + 60_000))],
      ],
      ['a subject type the relation does not take', () => [touch('tenant:t#member@platform:main')]],
      ['a subject relation the relation does not take', () => [touch('workspace:w#viewer@group:g#admin')]],
      ['an edge to a permission', () => [touch('tenant:t#access@user:ann')]],
      ['an expiry where none may be', () => [touch('tenant:t#platform@platform:main', new Date(Date.now() + 60_000))]],
      ['an id with letters it may not have', () => [touch('tenant:t#member@user:an.n')]],
    ])('refuses %s', async (_what, updates) => {
      await expect(bench.provider().write(updates())).rejects.toBeInstanceOf(InvalidRelationship);
      expect(await held()).toEqual([]);
    });

    it('takes 1,000 updates, and refuses more, or none, before anything is sent', async () => {
      const provider = bench.provider();
      const crowd = Array.from({ length: 1_001 }, (_, index) => touch(`tenant:t#member@user:u${index}`));
      await expect(provider.write(crowd)).rejects.toBeInstanceOf(RangeError);
      await expect(provider.write([])).rejects.toBeInstanceOf(RangeError);
      expect(await held()).toEqual([]);
      await provider.write(crowd.slice(1));
      expect(await held()).toHaveLength(1_000);
    });

    it('must_match writes only while some edge passes the filter', async () => {
      const provider = bench.provider();
      const write = () => provider.write([touch('tenant:t#member@user:bob')], [onTenant('must_match', 'ann')]);
      await expect(write()).rejects.toBeInstanceOf(PreconditionNotMet);
      expect(await held()).toEqual([]);
      await provider.write([touch('tenant:t#member@user:ann')]);
      await write();
      expect(await allows('tenant:t#access@user:bob')).toBe(true);
    });

    it('must_not_match writes only while no edge passes the filter', async () => {
      const provider = bench.provider();
      const write = () => provider.write([touch('tenant:t#member@user:ann')], [onTenant('must_not_match', 'ann')]);
      await write();
      await expect(write()).rejects.toBeInstanceOf(PreconditionNotMet);
    });

    it('an expired edge satisfies no precondition', async () => {
      const provider = bench.provider();
      await provider.write([touch('tenant:t#member@user:ann', new Date(Date.now() - 60_000))]);
      const write = provider.write([touch('tenant:t#member@user:bob')], [onTenant('must_match', 'ann')]);
      await expect(write).rejects.toBeInstanceOf(PreconditionNotMet);
    });

    it('P-2 of two writers that swap the same marker, exactly one wins, in every round', async () => {
      const provider = bench.provider();
      const marker = (batch: string) => `projection_shard:7#marker@projection_batch:${batch}`;
      const resourceId = own('projection_shard:7').slice('projection_shard:'.length);
      await provider.write([touch(marker('b0'))]);
      for (let round = 1, current = 'b0'; round <= 20; round += 1) {
        const subjectId = own(`projection_batch:${current}`).slice('projection_batch:'.length);
        const still: Precondition = {
          operation: 'must_match',
          filter: { resourceType: 'projection_shard', resourceId, relation: 'marker', subjectType: 'projection_batch', subjectId },
        };
        const swap = (to: string) => provider.write([remove(marker(current)), touch(marker(to))], [still]).then(() => to);
        const outcomes = await Promise.allSettled([swap(`b${round}x`), swap(`b${round}y`)]);
        const [winner, ...others] = outcomes.filter((outcome) => outcome.status === 'fulfilled');
        const [loser] = outcomes.filter((outcome) => outcome.status === 'rejected');
        expect(others).toEqual([]);
        expect(loser?.reason).toBeInstanceOf(PreconditionNotMet);
        current = winner?.value ?? '';
      }
    });
  });
}
