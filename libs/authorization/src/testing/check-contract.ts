import { describe, expect, it, vi } from 'vitest';
import type { CheckRequest, Consistency, GraphToken } from '../authorization-provider.ts';
import { InvalidGraphToken } from '../errors.ts';
import type { Bench } from './contract-bench.ts';
import { question } from './edge-notation.ts';

const now: Consistency = { kind: 'fully_consistent' };
const atLeast = (token: GraphToken): Consistency => ({ kind: 'at_least_as_fresh', token });
const exactly = (token: GraphToken): Consistency => ({ kind: 'exact', token });

export function checkContract(bench: Bench): void {
  const { own, touch, remove } = bench;
  const asks = (text: string): CheckRequest => question(own(text));
  const allows = async (text: string, consistency = now) => (await bench.provider().check(asks(text), consistency)).allowed;

  describe('check', () => {
    it('a wildcard names every object of the type, and no other', async () => {
      await bench.provider().write([
        touch('tenant:t#member@user:ann'),
        touch('tenant:t#member@service_account:bot'),
        {
          operation: 'touch',
          relationship: { ...touch('tenant:t#suspended@user:ann').relationship, subject: { type: 'user', id: '*' } },
        },
      ]);
      expect(await allows('tenant:t#access@user:ann')).toBe(false);
      expect(await allows('tenant:t#access@service_account:bot')).toBe(true);
    });

    it('walks groups, parents and intersections', async () => {
      await bench
        .provider()
        .write([
          touch('tenant:t#member@user:ann'),
          touch('workspace:up#tenant@tenant:t'),
          touch('workspace:down#tenant@tenant:t'),
          touch('workspace:down#inherits@workspace:up'),
          touch('workspace:up#viewer@group:g#member'),
          touch('group:g#member@user:ann'),
          touch('group:g#member@user:outsider'),
        ]);
      expect(await allows('workspace:down#view@user:ann')).toBe(true);
      expect(await allows('workspace:down#view@user:outsider')).toBe(false);
      expect(await allows('workspace:down#edit@user:ann')).toBe(false);
    });

    it('an edge answers until its end and not after', async () => {
      const provider = bench.provider();
      await provider.write([
        touch('tenant:t#member@user:ann', new Date(Date.now() + 1_200)),
        touch('tenant:t#member@user:past', new Date(Date.now() - 1_000)),
      ]);
      expect(await allows('tenant:t#access@user:past')).toBe(false);
      expect(await allows('tenant:t#access@user:ann')).toBe(true);
      await vi.waitUntil(async () => !(await allows('tenant:t#access@user:ann')), { timeout: 10_000, interval: 100 });
    });

    it('touching an edge replaces its end; deleting it needs no end', async () => {
      const provider = bench.provider();
      await provider.write([touch('tenant:t#member@user:ann', new Date(Date.now() - 1_000))]);
      await provider.write([touch('tenant:t#member@user:ann', new Date(Date.now() + 60_000))]);
      expect(await allows('tenant:t#access@user:ann')).toBe(true);
      await provider.write([touch('tenant:t#member@user:ann')]);
      expect(await allows('tenant:t#access@user:ann')).toBe(true);
      await provider.write([touch('tenant:t#member@user:ann', new Date(Date.now() + 60_000))]);
      await provider.write([remove('tenant:t#member@user:ann')]);
      expect(await allows('tenant:t#access@user:ann')).toBe(false);
    });

    it('fully_consistent and at_least_as_fresh see every write before them', async () => {
      const provider = bench.provider();
      for (let round = 0; round < 5; round += 1) {
        const given = await provider.write([touch('tenant:t#member@user:ann')]);
        expect(await allows('tenant:t#access@user:ann', now)).toBe(true);
        expect(await allows('tenant:t#access@user:ann', atLeast(given))).toBe(true);
        const taken = await provider.write([remove('tenant:t#member@user:ann')]);
        expect(await allows('tenant:t#access@user:ann', atLeast(taken))).toBe(false);
        expect(await allows('tenant:t#access@user:ann', now)).toBe(false);
      }
    });

    it('exact answers at that revision, whatever was written since', async () => {
      const provider = bench.provider();
      const given = await provider.write([touch('tenant:t#member@user:ann')]);
      const taken = await provider.write([remove('tenant:t#member@user:ann')]);
      expect(await allows('tenant:t#access@user:ann', exactly(given))).toBe(true);
      expect(await allows('tenant:t#access@user:ann', exactly(taken))).toBe(false);
      const { checkedAt } = await provider.check(asks('tenant:t#access@user:ann'), exactly(given));
      expect(await allows('tenant:t#access@user:ann', exactly(checkedAt))).toBe(true);
    });

    it('minimize_latency answers, and sees a write sooner or later', async () => {
      await bench.provider().write([touch('tenant:t#member@user:ann')]);
      const soon = () => allows('tenant:t#access@user:ann', { kind: 'minimize_latency' });
      await vi.waitUntil(soon, { timeout: 15_000, interval: 100 });
    });

    it('a token that is none is refused, never read as "now" or "no"', async () => {
      for (const consistency of [atLeast('not a token' as GraphToken), exactly('not a token' as GraphToken)]) {
        await expect(bench.provider().check(asks('tenant:t#access@user:ann'), consistency)).rejects.toBeInstanceOf(InvalidGraphToken);
      }
    });

    it('a token of another engine answers with the newest state, and cannot be read at exactly', async () => {
      const { provider, blank, blankSchema, schema } = bench.engines();
      await blankSchema.write((await schema.read()) ?? '');
      const foreign = await blank.write([touch('tenant:other#member@user:ann')]);
      await provider.write([touch('tenant:t#member@user:ann')]);
      expect(await allows('tenant:t#access@user:ann', atLeast(foreign))).toBe(true);
      await expect(provider.check(asks('tenant:t#access@user:ann'), exactly(foreign))).rejects.toBeInstanceOf(InvalidGraphToken);
    });
  });

  describe('checkBulk', () => {
    it('answers in the order of the questions, also when one is asked twice', async () => {
      await bench
        .provider()
        .write([touch('tenant:t#member@user:ann'), touch('tenant:t#member@user:bob'), touch('tenant:t#admin@user:bob')]);
      const questions = [
        'tenant:t#access@user:eve',
        'tenant:t#access@user:ann',
        'tenant:t#administrate@user:ann',
        'tenant:t#administrate@user:bob',
      ];
      const asked = [...questions, ...questions].map(asks);
      const { allowed, checkedAt } = await bench.provider().checkBulk(asked, now);
      expect(allowed).toEqual([false, true, false, true, false, true, false, true]);
      expect((await bench.provider().checkBulk(asked, exactly(checkedAt))).allowed).toEqual(allowed);
    });

    it('takes 1,000 questions, and refuses more, or none', async () => {
      const crowd = Array.from({ length: 1_001 }, (_, index) => asks(`tenant:t#access@user:u${index}`));
      await expect(bench.provider().checkBulk(crowd, now)).rejects.toBeInstanceOf(RangeError);
      await expect(bench.provider().checkBulk([], now)).rejects.toBeInstanceOf(RangeError);
      await bench.provider().write([touch('tenant:t#member@user:u999')]);
      const { allowed } = await bench.provider().checkBulk(crowd.slice(0, 1_000), now, { deadlineMs: 10_000 });
      expect([allowed.length, allowed.indexOf(true)]).toEqual([1_000, 999]);
    });
  });
}
