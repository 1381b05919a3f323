import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { interleave, type PendingRow } from './interleave.ts';

const row = (position: number, tenant_id: string | null): PendingRow => ({
  position: String(position),
  committed_at: '2026-11-21 07:00:00+00',
  tenant_id,
  revoking: false,
});
const rows = (tenant: string | null, ...positions: number[]) => positions.map((position) => row(position, tenant));
const positions = (chosen: readonly PendingRow[]) => chosen.map(({ position }) => Number(position));

describe('whose grants come next', () => {
  it('P-7 one of each tenant in turn: a backlog delays only its own tenant', () => {
    expect(positions(interleave([...rows('big', 1, 2, 3, 4), ...rows('small', 5), ...rows(null, 6)], [], 5))).toEqual([1, 5, 6, 2, 3]);
  });

  it('P-7 the newest are heard too, beyond the oldest that were read', () => {
    expect(positions(interleave(rows('big', 1, 2, 3), rows('small', 900), 2))).toEqual([1, 900]);
  });

  it('in a tenant by number, not by text', () => {
    expect(positions(interleave(rows('a', 10, 9, 100), rows('a', 9, 8), 10))).toEqual([8, 9, 10, 100]);
  });

  it('all of them, each once, when there is room', () => {
    const some = fc.array(fc.record({ position: fc.integer({ min: 1, max: 50 }), tenant: fc.constantFrom('a', 'b', null) }), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(some, fc.integer({ min: 1, max: 60 }), (found, limit) => {
        const unique = [...new Map(found.map(({ position, tenant }) => [position, row(position, tenant)])).values()];
        const chosen = interleave(unique.slice(0, 20), unique.slice(10), limit);
        expect(new Set(chosen).size).toBe(chosen.length);
        expect(chosen).toHaveLength(Math.min(limit, unique.length));
      }),
    );
  });
});
