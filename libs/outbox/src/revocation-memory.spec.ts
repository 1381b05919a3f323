import type { TenantId } from '#kernel';
import { beforeEach, describe, expect, it } from 'vitest';
import type { AppliedNews } from './applied-feed.ts';
import { RevocationMemory } from './revocation-memory.ts';

const tenant = 'a' as TenantId;
const stalenessMs = 1_000;

let now: number;
let memory: RevocationMemory;

beforeEach(() => {
  now = 0;
  memory = new RevocationMemory(stalenessMs, () => now);
});

const hear = (zedToken: string, seq: bigint, other: Partial<AppliedNews> = {}) =>
  memory.applied({ shard: 1, epoch: 'e1', seq, zedToken, done: [], revokedTenants: [tenant], ...other });
const atLeast = (token: string) => ({ kind: 'at_least_as_fresh', token });

describe('P-7 what is remembered of revocations', () => {
  it('P-7 a revocation is not overlooked while the engine may answer from before it', () => {
    hear('t1', 1n);
    expect(memory.freshness(tenant)).toEqual(atLeast('t1'));
    now = stalenessMs;
    expect(memory.freshness(tenant)).toEqual({ kind: 'minimize_latency' });
  });

  it('P-7 news that was overtaken does not hide the newer revocation', () => {
    hear('t2', 2n);
    hear('t1', 1n);
    expect(memory.freshness(tenant)).toEqual(atLeast('t2'));
    hear('t0', 9n, { epoch: 'e0' });
    expect(memory.freshness(tenant)).toEqual(atLeast('t2'));
  });

  it('P-7 revocations of one tenant from two shards, or of a tenant and the platform, ask for the newest graph', () => {
    hear('t1', 1n);
    hear('t2', 2n, { shard: 2 });
    expect(memory.freshness(tenant)).toEqual({ kind: 'fully_consistent' });
    now = stalenessMs;
    hear('t3', 3n);
    hear('t4', 4n, { shard: 4, revokedTenants: [null] });
    expect(memory.freshness(tenant)).toEqual({ kind: 'fully_consistent' });
    expect(memory.freshness('b' as TenantId)).toEqual(atLeast('t4'));
  });

  it('P-7 more tenants than are remembered: every check asks for the newest graph', () => {
    for (let nth = 0; nth <= 101; nth += 1)
      hear('t', BigInt(nth), { revokedTenants: Array.from({ length: 100 }, (_, other) => `${nth}-${other}`) });
    expect(memory.freshness(tenant)).toEqual({ kind: 'fully_consistent' });
    now = stalenessMs;
    expect(memory.freshness(tenant)).toEqual({ kind: 'minimize_latency' });
  });
});
