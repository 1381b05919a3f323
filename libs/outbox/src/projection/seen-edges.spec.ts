import { edge } from '#authorization/testing';
import { describe, expect, it } from 'vitest';
import { SeenEdges } from './seen-edges.ts';

describe('edges that a reading met', () => {
  it('P-10 are all known, however many, and no others', () => {
    const seen = new SeenEdges();
    const nth = (kind: string, count: number) => edge(`tenant:t${count % 97}#member@user:${kind}${count}`);
    for (let count = 0; count < 200_000; count += 1) seen.add(nth('in', count));
    for (let count = 0; count < 200_000; count += 1) {
      if (!seen.has(nth('in', count))) expect.fail(`${count} was forgotten`);
      if (seen.has(nth('out', count))) expect.fail(`${count} was never met`);
    }
  });
});
