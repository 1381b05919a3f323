import { describe, expect, it } from 'vitest';
import { Bell, ShardBells } from './bell.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('a bell', () => {
  it('makes any number of rings during an action one more, and forgets none', async () => {
    const gates: (() => void)[] = [];
    const bell = new Bell(() => new Promise<void>((resolve) => gates.push(resolve)));
    for (let nth = 0; nth < 5; nth += 1) bell.ring();
    expect(gates).toHaveLength(1);
    gates[0]?.();
    await turn();
    expect(gates).toHaveLength(2);
    gates[1]?.();
    await turn();
    expect(gates).toHaveLength(2);
    bell.ring();
    expect(gates).toHaveLength(3);
  });

  it('rings on after a failure', async () => {
    let tries = 0;
    const bell = new Bell(() => Promise.reject(new Error(`out of reach ${(tries += 1)}`)));
    bell.ring();
    await turn();
    bell.ring();
    await turn();
    expect(tries).toBe(2);
  });

  it('of one shard does not wait for that of another', () => {
    const rung: number[] = [];
    const bells = new ShardBells((shard) => new Promise(() => rung.push(shard)));
    for (const shard of [0, 0, 1]) bells.ring(shard);
    expect(rung).toEqual([0, 1]);
  });
});
